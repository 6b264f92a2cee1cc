// Domains of addresses: named, shown to be one's own by a file on their site, taken away.
import { unwrap } from '@leadkeep/client/api'
import type { SsoDomain } from '@leadkeep/client/shapes'
import { Button } from '@leadkeep/ui/Button'
import { Card } from '@leadkeep/ui/Card'
import { TextField } from '@leadkeep/ui/Field'
import { Chip } from '@leadkeep/ui/Marks'
import { toast } from '@leadkeep/ui/Toast'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { explain } from '../../lib/explain.ts'
import { shortDate } from '../../lib/time.ts'
import { api } from '../../session/session.ts'
import { ssoQuery } from './queries.ts'
import { failed, Value } from './SsoValue.tsx'
import { Declined, useStepUp } from './useStepUp.tsx'

export function SsoDomainsCard({ domains }: { domains: readonly SsoDomain[] }) {
  const cache = useQueryClient()
  const stepUp = useStepUp()
  const [domain, setDomain] = useState('')
  const add = useMutation({
    mutationFn: () => stepUp.proved(() => unwrap(api.POST('/api/v1/sso/domains', { body: { domain } }))),
    onSuccess: () => {
      setDomain('')
      return cache.invalidateQueries({ queryKey: ssoQuery.queryKey })
    },
  })
  const problem = add.isError && !(add.error instanceof Declined) ? explain(add.error).title : undefined
  return (
    <Card
      title="Domains"
      about="Only somebody with an address of a verified domain is recognised by it, the first time they come. After that they are known by the provider's own name for them."
    >
      <ul className="mb-4 flex flex-col divide-y divide-line empty:hidden">
        {domains.map((each) => (
          <DomainLine key={each.domain} named={each} />
        ))}
      </ul>
      <form
        noValidate
        className="flex max-w-md items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault()
          if (domain !== '' && !add.isPending) add.mutate()
        }}
      >
        <div className="flex-1">
          <TextField
            label="Domain"
            autoComplete="off"
            spellCheck={false}
            placeholder="example.com"
            error={problem}
            value={domain}
            onChange={(event) => setDomain(event.target.value)}
          />
        </div>
        <Button type="submit" className="h-9" busy={add.isPending} disabled={domain === ''}>
          Add
        </Button>
      </form>
      {stepUp.dialog}
    </Card>
  )
}

function DomainLine({ named }: { named: SsoDomain }) {
  const cache = useQueryClient()
  const stepUp = useStepUp()
  const refresh = () => cache.invalidateQueries({ queryKey: ssoQuery.queryKey })
  const body = { domain: named.domain }
  const verify = useMutation({
    mutationFn: () => stepUp.proved(() => unwrap(api.POST('/api/v1/sso/domains/verify', { body }))),
    onSuccess: () => {
      toast({ text: `${named.domain} is verified` })
      return refresh()
    },
    onError: failed('The domain could not be verified'),
  })
  const remove = useMutation({
    mutationFn: () => stepUp.proved(() => unwrap(api.POST('/api/v1/sso/domains/remove', { body }))),
    onSuccess: refresh,
    onError: failed('The domain could not be removed'),
  })
  return (
    <li className="py-3 first:pt-0">
      <div className="flex flex-wrap items-center gap-2">
        <p className="min-w-0 text-13 font-medium break-all">{named.domain}</p>
        <Chip tone={named.verified_at === null ? 'warn' : 'ok'}>
          {named.verified_at === null ? 'Not verified' : `Verified on ${shortDate(named.verified_at)}`}
        </Chip>
        <span className="ms-auto flex gap-2">
          {named.verified_at === null && (
            <Button size="small" busy={verify.isPending} onClick={() => verify.mutate()}>
              Verify<span className="sr-only"> {named.domain}</span>
            </Button>
          )}
          <Button size="small" busy={remove.isPending} onClick={() => remove.mutate()}>
            Remove<span className="sr-only"> {named.domain}</span>
          </Button>
        </span>
      </div>
      {named.verified_at === null && (
        <div className="mt-2 flex flex-col gap-2 rounded-card bg-surface-2 px-3 py-2.5">
          <Value name="Put a file at" value={named.file_url} />
          <Value name="With this line" value={named.proof} />
        </div>
      )}
      {stepUp.dialog}
    </li>
  )
}
