// The workspace's API keys: which there are, who knows them, and how to make, rotate and end them.
import { unwrap } from '@leadkeep/client/api'
import type { ApiKey, MadeApiKey, Operator } from '@leadkeep/client/shapes'
import { Button } from '@leadkeep/ui/Button'
import { Card } from '@leadkeep/ui/Card'
import { Confirm } from '@leadkeep/ui/Dialog'
import { Chip, Loading, Skeleton } from '@leadkeep/ui/Marks'
import { Empty, Failure, Notice } from '@leadkeep/ui/Notice'
import { toast } from '@leadkeep/ui/Toast'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Bot } from 'lucide-react'
import { useState } from 'react'
import { explain, toastFailure } from '../../lib/explain.ts'
import { fullTime, longAgo, plural, shortDate } from '../../lib/time.ts'
import { useNow } from '../../lib/useNow.ts'
import { operatorName, useOperators } from '../../session/operators.ts'
import { api, useMay } from '../../session/session.ts'
import { apiKeysQuery, beginning, SCOPE } from './apiKeys.ts'
import { KeyOnce } from './KeyOnce.tsx'
import { NewKeyDialog } from './NewKeyDialog.tsx'
import { RotateKeyDialog } from './RotateKeyDialog.tsx'

const DAY = 24 * 3_600_000
/** From so many days before its end on, a key's line says so in colour. */
const SOON = 14

export function ApiKeysPage() {
  const may = useMay('key.manage')
  return may ? (
    <Keys />
  ) : (
    <>
      <h1 className="text-20 font-semibold">API keys</h1>
      <Notice tone="info">Admins make API keys for programs. Ask one of them if you need a key.</Notice>
    </>
  )
}

function Keys() {
  const cache = useQueryClient()
  const keys = useQuery(apiKeysQuery)
  const [making, setMaking] = useState(false)
  const [rotating, setRotating] = useState<ApiKey>()
  const [made, setMade] = useState<MadeApiKey>()
  const all = keys.data ?? []
  const usable = all.filter((each) => each.state === 'active' || each.state === 'expired')
  const ended = all.filter((each) => each.state === 'revoked' || each.state === 'leaked')
  const show = (fresh: MadeApiKey) => {
    setMaking(false)
    setRotating(undefined)
    setMade(fresh)
    void cache.invalidateQueries({ queryKey: apiKeysQuery.queryKey })
  }
  return (
    <>
      <div className="flex items-center justify-between gap-4">
        <h1 className="text-20 font-semibold">API keys</h1>
        <Button weight="primary" onClick={() => setMaking(true)}>
          New key
        </Button>
      </div>
      <Card
        title="Keys for programs"
        about="A key lets a program of yours call the API of this workspace, within its scopes. Whoever has it can use it: keep it like a password."
      >
        {keys.isError && <Failure {...explain(keys.error)} onRetry={() => void keys.refetch()} />}
        {keys.isPending && (
          <Loading what="API keys">
            <Skeleton className="h-14 w-full" />
            <Skeleton className="mt-3 h-14 w-full" />
          </Loading>
        )}
        {keys.isSuccess && usable.length === 0 && (
          <Empty
            icon={<Bot size={20} />}
            title="No API keys yet"
            action={<Button onClick={() => setMaking(true)}>Make the first key</Button>}
          >
            With one, a program of yours can read conversations, answer them, or follow what happens.
          </Empty>
        )}
        <ul className="-my-2 divide-y divide-line">
          {usable.map((each) => (
            <KeyLine key={each.id} apiKey={each} onRotate={() => setRotating(each)} />
          ))}
        </ul>
      </Card>
      {ended.length > 0 && (
        <Card title="Ended" about="They work no more. The audit log keeps what was done with them.">
          <ul className="-my-2 divide-y divide-line">
            {ended.map((each) => (
              <EndedLine key={each.id} apiKey={each} />
            ))}
          </ul>
        </Card>
      )}
      {making && <NewKeyDialog onMade={show} onClose={() => setMaking(false)} />}
      {rotating !== undefined && (
        <RotateKeyDialog apiKey={rotating} onMade={show} onClose={() => setRotating(undefined)} />
      )}
      {made !== undefined && <KeyOnce made={made} onClose={() => setMade(undefined)} />}
    </>
  )
}

function KeyLine({ apiKey, onRotate }: { apiKey: ApiKey; onRotate: () => void }) {
  const cache = useQueryClient()
  const now = useNow()
  const operators = useOperators()
  const [asking, setAsking] = useState(false)
  const revoke = useMutation({
    mutationFn: () => unwrap(api.DELETE('/api/v1/api-keys/{id}', { params: { path: { id: apiKey.id } } })),
    onSuccess: () => {
      setAsking(false)
      toast({ text: `${apiKey.name} was revoked` })
      return cache.invalidateQueries({ queryKey: apiKeysQuery.queryKey })
    },
    onError: (error) => {
      setAsking(false)
      toastFailure('The key could not be revoked')(error)
    },
  })
  const gone = departed(apiKey, operators)
  const { allowed_addresses: networks } = apiKey
  return (
    <li className="flex flex-wrap items-start gap-x-3 gap-y-2 py-3">
      <div className="flex min-w-0 flex-1 basis-72 flex-col gap-1">
        <p className="flex flex-wrap items-center gap-2 text-13 font-medium">
          <span className="wrap-anywhere">{apiKey.name}</span>
          <Ending apiKey={apiKey} now={now} />
        </p>
        <p className="truncate font-mono text-12 text-muted">{beginning(apiKey)}</p>
        <p className="text-12 text-muted">
          {used(apiKey, now)} · works until <span title={fullTime(apiKey.expires_at)}>{shortDate(apiKey.expires_at)}</span>
          {' · '}
          {networks.length === 0 ? 'from anywhere' : `from ${networks.join(', ')}`} · made by{' '}
          {operatorName(operators, apiKey.created_by)}
        </p>
        {apiKey.old_secret_ends_at !== null && (
          <p className="text-12 text-muted">The old secret works until {fullTime(apiKey.old_secret_ends_at)}.</p>
        )}
        {gone.length > 0 && (
          <p className="text-12 font-medium text-warn">
            {gone.map((each) => each.name).join(' and ')} left and was shown this key: rotate it.
          </p>
        )}
        <ul aria-label={`Scopes of ${apiKey.name}`} className="flex flex-wrap gap-1 pt-0.5">
          {apiKey.scopes.map((scope) => (
            <li key={scope} title={SCOPE[scope].about}>
              <Chip>{SCOPE[scope].name}</Chip>
            </li>
          ))}
        </ul>
      </div>
      <div className="flex gap-2">
        <Button size="small" onClick={onRotate}>
          Rotate<span className="sr-only"> {apiKey.name}</span>
        </Button>
        <Button size="small" onClick={() => setAsking(true)}>
          Revoke<span className="sr-only"> {apiKey.name}</span>
        </Button>
      </div>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={`Revoke “${apiKey.name}”?`}
        description="Programs that use it are refused within a second, and it cannot be brought back. To change a secret without a break, rotate it instead."
        action="Revoke"
        danger
        busy={revoke.isPending}
        onConfirm={() => revoke.mutate()}
      />
    </li>
  )
}

function EndedLine({ apiKey }: { apiKey: ApiKey }) {
  const now = useNow()
  const at = apiKey.revoked_at ?? apiKey.expires_at
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2.5">
      <div className="min-w-0 flex-1 basis-72">
        <p className="flex flex-wrap items-center gap-2 text-13 font-medium">
          <span className="wrap-anywhere">{apiKey.name}</span>
          <Chip tone={apiKey.state === 'leaked' ? 'bad' : 'neutral'}>
            {apiKey.state === 'leaked' ? 'Reported as leaked' : 'Revoked'}
          </Chip>
        </p>
        <p className="truncate font-mono text-12 text-muted">{beginning(apiKey)}</p>
      </div>
      <p className="text-12 text-muted" title={fullTime(at)}>
        {longAgo(at, now)}
      </p>
    </li>
  )
}

function Ending({ apiKey, now }: { apiKey: ApiKey; now: number }) {
  if (apiKey.state === 'expired') return <Chip tone="bad">Expired</Chip>
  const days = Math.ceil((Date.parse(apiKey.expires_at) - now) / DAY)
  return days <= SOON ? <Chip tone="warn">{days <= 1 ? 'Ends within a day' : `Ends in ${plural(days, 'day')}`}</Chip> : null
}

function used(apiKey: ApiKey, now: number): string {
  if (apiKey.last_used_at === null) return 'Never used'
  const from = apiKey.last_used_from === null ? '' : ` from ${apiKey.last_used_from}`
  return `Last used ${longAgo(apiKey.last_used_at, now)}${from}`
}

/** Who was shown a secret that works and does not belong to the workspace any more. */
function departed(apiKey: ApiKey, operators: readonly Operator[]): Operator[] {
  if (apiKey.state !== 'active') return []
  return operators.filter((each) => each.removed_at !== null && apiKey.seen_by.includes(each.id))
}
