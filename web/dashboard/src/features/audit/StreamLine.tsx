// One stream: where it stands, and what can be done with it.
import { unwrap } from '@leadkeep/client/api'
import type { AuditStream } from '@leadkeep/client/shapes'
import { Button, IconButton } from '@leadkeep/ui/Button'
import { Confirm } from '@leadkeep/ui/Dialog'
import { Chip } from '@leadkeep/ui/Marks'
import { Menu, MenuItem, MenuLine } from '@leadkeep/ui/Menu'
import { toast } from '@leadkeep/ui/Toast'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { MoreHorizontal } from 'lucide-react'
import { useState } from 'react'
import { toastFailure } from '../../lib/explain.ts'
import { fullTime } from '../../lib/time.ts'
import { useNow } from '../../lib/useNow.ts'
import { operatorName, useOperators } from '../../session/operators.ts'
import { api } from '../../session/session.ts'
import type { Proved } from './EntryDetail.tsx'
import type { Kept } from './StreamDialog.tsx'
import { KIND, progress, streamsQuery, trouble } from './streams.ts'

const STATE = {
  active: { tone: 'ok', name: 'Active' },
  failing: { tone: 'bad', name: 'Failing' },
  paused: { tone: 'warn', name: 'Paused' },
} as const

type Props = {
  stream: AuditStream
  proved: Proved
  onEdit: () => void
  onSecret: (kept: Kept) => void
}

/** Somebody who would rather not prove who they are knows that nothing was done. */
const quietly = (what: string) => (error: Error) => {
  if (error.name !== 'Declined') toastFailure(what)(error)
}

export function StreamLine({ stream, proved, onEdit, onSecret }: Props) {
  const cache = useQueryClient()
  const now = useNow()
  const operators = useOperators()
  const [removing, setRemoving] = useState(false)
  const [rotating, setRotating] = useState(false)
  const path = { params: { path: { id: stream.id } } }
  const again = () => cache.invalidateQueries({ queryKey: streamsQuery.queryKey })
  const test = useMutation({
    mutationFn: () => unwrap(api.POST('/api/v1/audit-streams/{id}/test', path)),
    onSuccess: ({ delivered, error }) =>
      delivered
        ? toast({ text: 'The test event arrived' })
        : toast({ tone: 'bad', text: 'The test event did not arrive', detail: error ?? undefined }),
    onError: toastFailure('The test event could not be sent'),
  })
  const pause = useMutation({
    mutationFn: (paused: boolean) =>
      proved(() => unwrap(api.PATCH('/api/v1/audit-streams/{id}', { ...path, body: { paused } }))),
    onSuccess: again,
    onError: quietly('The stream could not be changed'),
  })
  const rotate = useMutation({
    mutationFn: () => {
      setRotating(false)
      return proved(() => unwrap(api.POST('/api/v1/audit-streams/{id}/rotate', path)))
    },
    onSuccess: onSecret,
    onError: quietly('The secret could not be renewed'),
  })
  const remove = useMutation({
    mutationFn: () => unwrap(api.DELETE('/api/v1/audit-streams/{id}', path)),
    onSuccess: () => {
      toast({ text: `“${stream.name}” was removed` })
      return again()
    },
    onError: toastFailure('The stream could not be removed'),
    onSettled: () => setRemoving(false),
  })
  const wrong = trouble(stream, now)
  const state = STATE[stream.state]
  const paused = stream.state === 'paused'
  return (
    <li className="flex flex-wrap items-start gap-x-3 gap-y-2 py-3">
      <div className="flex min-w-0 flex-1 basis-72 flex-col gap-1">
        <p className="flex flex-wrap items-center gap-2 text-13 font-medium">
          <span className="wrap-anywhere">{stream.name}</span>
          <Chip tone={state.tone}>{state.name}</Chip>
        </p>
        <p className="truncate text-12 text-muted" title={stream.address}>
          {KIND[stream.kind]} · <span className="font-mono">{stream.address}</span>
        </p>
        <p className="text-12 text-muted">{progress(stream, now)}</p>
        <p className="text-12 text-muted">
          Made by {operatorName(operators, stream.created_by)}
          {stream.own_authority && ' · trusts an authority of its own'}
          {stream.old_secret_ends_at !== null && ` · the old secret signs until ${fullTime(stream.old_secret_ends_at)}`}
        </p>
        {wrong !== undefined && (
          <p className={`text-12 font-medium ${stream.state === 'failing' ? 'text-bad' : 'text-warn'}`}>{wrong}</p>
        )}
      </div>
      <div className="flex gap-2">
        <Button size="small" busy={test.isPending} onClick={() => test.mutate()}>
          Send a test<span className="sr-only"> along {stream.name}</span>
        </Button>
        <Button size="small" busy={pause.isPending} onClick={() => pause.mutate(!paused)}>
          {paused ? 'Resume' : 'Pause'}
          <span className="sr-only"> {stream.name}</span>
        </Button>
        <Menu
          align="end"
          trigger={
            <IconButton label={`More for ${stream.name}`}>
              <MoreHorizontal size={15} aria-hidden />
            </IconButton>
          }
        >
          <MenuItem onSelect={onEdit}>Change…</MenuItem>
          {stream.kind === 'webhook' && <MenuItem onSelect={() => setRotating(true)}>New secret…</MenuItem>}
          <MenuLine />
          <MenuItem danger onSelect={() => setRemoving(true)}>
            Remove…
          </MenuItem>
        </Menu>
      </div>
      <Confirm
        open={rotating}
        onOpenChange={setRotating}
        title={`A new secret for “${stream.name}”?`}
        description="You see it once. For 24 hours what is sent is signed with both, so that the receiver can change over."
        action="Make a new secret"
        onConfirm={() => rotate.mutate()}
      />
      <Confirm
        open={removing}
        onOpenChange={setRemoving}
        title={`Remove “${stream.name}”?`}
        description="Nothing more is sent there, and its place in the log is forgotten. To stop for a while, pause it instead."
        action="Remove"
        danger
        busy={remove.isPending}
        onConfirm={() => remove.mutate()}
      />
    </li>
  )
}
