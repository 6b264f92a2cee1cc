// The workspace's single sign-on: its provider, what the provider needs, domains of addresses.
import { unwrap } from '@leadkeep/client/api'
import type { Sso } from '@leadkeep/client/shapes'
import { Button } from '@leadkeep/ui/Button'
import { Card } from '@leadkeep/ui/Card'
import { Confirm } from '@leadkeep/ui/Dialog'
import { TextField } from '@leadkeep/ui/Field'
import { Chip, Loading, Skeleton } from '@leadkeep/ui/Marks'
import { Failure, Notice } from '@leadkeep/ui/Notice'
import { Switch } from '@leadkeep/ui/Switch'
import { toast } from '@leadkeep/ui/Toast'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { explain, fieldProblem } from '../../lib/explain.ts'
import { plural, shortDate } from '../../lib/time.ts'
import { api, useMay } from '../../session/session.ts'
import { ssoQuery } from './queries.ts'
import { SsoDomainsCard } from './SsoDomainsCard.tsx'
import { failed, Value } from './SsoValue.tsx'
import { Declined, useStepUp } from './useStepUp.tsx'

export function SsoSettingsPage() {
  const may = useMay('sso.manage')
  const sso = useQuery({ ...ssoQuery, enabled: may })
  return (
    <>
      <h1 className="text-20 font-semibold">Single sign-on</h1>
      {!may && <Notice tone="info">Only a super admin sees and changes how people sign in.</Notice>}
      {sso.isError && <Failure {...explain(sso.error)} onRetry={() => void sso.refetch()} />}
      {may && sso.isPending && (
        <Loading what="single sign-on">
          <Skeleton className="h-72 w-full" />
        </Loading>
      )}
      {sso.data !== undefined && (
        <>
          <OwnCard sso={sso.data} />
          <ProviderCard key={sso.data.connection?.updated_at ?? 'none'} sso={sso.data} />
          <SsoDomainsCard domains={sso.data.domains} />
        </>
      )}
    </>
  )
}

/** What has to be entered at the provider. */
function OwnCard({ sso }: { sso: Sso }) {
  return (
    <Card
      title="At your provider"
      about="Make a confidential web client there (OpenID Connect, authorization code) with these addresses."
    >
      <div className="flex flex-col gap-3">
        <Value name="Redirect address" value={sso.redirect_uri} />
        <Value name="Back-channel logout address" value={sso.back_channel_logout_uri} />
        {sso.connection !== null && <Value name="Where your people sign in" value={sso.sign_in_url} />}
      </div>
    </Card>
  )
}

function ProviderCard({ sso }: { sso: Sso }) {
  const cache = useQueryClient()
  const stepUp = useStepUp()
  const { connection } = sso
  const [values, setValues] = useState({
    issuer: connection?.issuer ?? '',
    client_id: connection?.client_id ?? '',
    client_secret: '',
    joins: connection?.joins ?? false,
    trusts_factors: connection?.trusts_factors ?? false,
    enforced: typeof connection?.enforced_since === 'string',
  })
  const [removing, setRemoving] = useState(false)
  const change = (part: Partial<typeof values>) => setValues({ ...values, ...part })
  const save = useMutation({
    mutationFn: () => {
      const { client_secret: secret, ...rest } = values
      const body = { ...rest, client_secret: secret === '' ? null : secret }
      return stepUp.proved(() => unwrap(api.POST('/api/v1/sso', { body })))
    },
    onSuccess: (saved) => {
      cache.setQueryData(ssoQuery.queryKey, saved)
      toast({ text: 'Single sign-on saved' })
    },
  })
  const remove = useMutation({
    mutationFn: () => stepUp.proved(() => unwrap(api.DELETE('/api/v1/sso'))),
    onSuccess: async () => {
      setRemoving(false)
      await cache.invalidateQueries({ queryKey: ssoQuery.queryKey })
      toast({ text: 'The provider is removed' })
    },
    onError: failed('The provider could not be removed'),
  })
  const people = connection?.people ?? 0
  const ready = values.issuer !== '' && values.client_id !== '' && (connection !== null || values.client_secret !== '')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (ready && !save.isPending) save.mutate()
  }
  return (
    <form noValidate onSubmit={submit}>
      <Card
        title="Provider"
        about={
          connection === null
            ? 'It is asked who it is before it is kept.'
            : `Changed on ${shortDate(connection.updated_at)}. ${plural(people, 'person', 'people')} came this way.`
        }
        aside={
          <Chip tone={connection === null ? 'neutral' : 'ok'}>
            {connection === null ? 'Off' : connection.enforced_since === null ? 'On' : 'The only way in'}
          </Chip>
        }
        foot={
          <>
            {connection !== null && (
              <Button className="me-auto" onClick={() => setRemoving(true)}>
                Remove
              </Button>
            )}
            <Button type="submit" weight="primary" busy={save.isPending} disabled={!ready}>
              Save
            </Button>
          </>
        }
      >
        <div className="flex flex-col gap-4">
          {save.isError && !(save.error instanceof Declined) && <Failure {...explain(save.error)} />}
          <TextField
            label="Issuer"
            type="url"
            autoComplete="off"
            spellCheck={false}
            placeholder="https://login.example.com"
            hint="To the letter, as the provider names itself."
            error={fieldProblem(save.error, 'issuer')}
            value={values.issuer}
            onChange={(event) => change({ issuer: event.target.value })}
          />
          <div className="grid grid-cols-2 gap-4 max-pane:grid-cols-1">
            <TextField
              label="Client ID"
              autoComplete="off"
              spellCheck={false}
              error={fieldProblem(save.error, 'client_id')}
              value={values.client_id}
              onChange={(event) => change({ client_id: event.target.value })}
            />
            <TextField
              label="Client secret"
              type="password"
              autoComplete="new-password"
              hint={connection === null ? undefined : 'Kept sealed. Leave it empty to keep it.'}
              value={values.client_secret}
              onChange={(event) => change({ client_secret: event.target.value })}
            />
          </div>
          <Switch
            label="New people join by signing in"
            hint="As users, when the provider vouches for an address of a verified domain. Off: only members get in."
            checked={values.joins}
            onChange={(joins) => change({ joins })}
          />
          <Switch
            label="The provider's second factor is enough"
            hint="Off: whoever has an app here is asked for its code as well."
            checked={values.trusts_factors}
            onChange={(trusts_factors) => change({ trusts_factors })}
          />
          <Switch
            label="The only way in"
            hint="Passwords open nothing here any more, and sessions they opened end. Super admins with a second factor still get in: that is the way when the provider fails."
            checked={values.enforced}
            disabled={connection === null}
            onChange={(enforced) => change({ enforced })}
          />
        </div>
      </Card>
      {stepUp.dialog}
      <Confirm
        open={removing}
        onOpenChange={setRemoving}
        title="Remove the provider?"
        description="Sessions it began end at once, and who is whom there is forgotten. People sign in with their passwords again."
        action="Remove it"
        danger
        busy={remove.isPending}
        onConfirm={() => remove.mutate()}
      />
    </form>
  )
}
