// Taking somebody out: what follows from it, who gets their conversations, and what is left to do afterwards.
import { unwrap } from '@leadkeep/client/api'
import type { Operator, WhatTheyLeave } from '@leadkeep/client/shapes'
import { Button } from '@leadkeep/ui/Button'
import { Dialog } from '@leadkeep/ui/Dialog'
import { Field } from '@leadkeep/ui/Field'
import { Loading, Skeleton } from '@leadkeep/ui/Marks'
import { Failure, Notice } from '@leadkeep/ui/Notice'
import { Select } from '@leadkeep/ui/Select'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { explain } from '../../lib/explain.ts'
import { plural } from '../../lib/time.ts'
import { operatorsQuery, useOperators } from '../../session/operators.ts'
import { api } from '../../session/session.ts'
import { removalQuery } from './peopleQueries.ts'
import { Declined, useStepUp } from './useStepUp.tsx'

const QUEUE = 'queue'

export function RemoveDialog({ operator, onClose }: { operator: Operator; onClose: () => void }) {
  const cache = useQueryClient()
  const stepUp = useStepUp()
  const foreseen = useQuery(removalQuery(operator.id))
  const [to, setTo] = useState(QUEUE)
  const params = { path: { id: operator.id } }
  const body = to === QUEUE ? {} : { conversations_to: to }
  const remove = useMutation({
    mutationFn: () => stepUp.proved(() => unwrap(api.POST('/api/v1/operators/{id}/remove', { params, body }))),
  })
  // The line goes with the dialog, so the list is told when the dialog closes.
  const close = () => {
    if (remove.isSuccess) {
      const removed_at = new Date().toISOString()
      cache.setQueryData(operatorsQuery.queryKey, (before) =>
        before?.map((each) => (each.id === operator.id ? { ...each, removed_at } : each)),
      )
    }
    onClose()
  }
  const done = remove.data
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) close()
      }}
      title={done === undefined ? `Remove ${operator.name}?` : `${operator.name} was removed`}
      description={
        done === undefined
          ? 'They are signed out within a second and can no longer see this workspace. What they wrote stays under their name.'
          : 'This is what followed, and what is left for you to do.'
      }
      footer={
        done === undefined ? (
          <>
            <Button onClick={close}>Cancel</Button>
            <Button
              weight="danger"
              busy={remove.isPending}
              disabled={!foreseen.isSuccess}
              onClick={() => remove.mutate()}
            >
              Remove
            </Button>
          </>
        ) : (
          <Button weight="primary" onClick={close}>
            Done
          </Button>
        )
      }
    >
      <div className="flex flex-col gap-4 text-13">
        {remove.isError && !(remove.error instanceof Declined) && <Failure {...explain(remove.error)} />}
        {foreseen.isError && done === undefined && (
          <Failure {...explain(foreseen.error)} onRetry={() => void foreseen.refetch()} />
        )}
        {foreseen.isPending && (
          <Loading what="what follows">
            <Skeleton className="h-16 w-full" />
          </Loading>
        )}
        {done === undefined && foreseen.data !== undefined && (
          <>
            <Following leaving={foreseen.data} done={false} />
            {foreseen.data.conversations > 0 && <TakeOver without={operator.id} to={to} onChange={setTo} />}
          </>
        )}
        {done !== undefined && <Following leaving={done} done />}
      </div>
      {stepUp.dialog}
    </Dialog>
  )
}

const names = (keys: WhatTheyLeave['api_keys_revoked']) => keys.map((key) => key.name).join(', ')

function Following({ leaving, done }: { leaving: WhatTheyLeave; done: boolean }) {
  const { sessions, invitations, conversations, api_keys_revoked: revoked, api_keys_to_rotate: rotate } = leaving
  const lines = [
    sessions > 0 && `${plural(sessions, 'session')} here ${done ? 'ended' : 'will end'}.`,
    invitations > 0 && `${plural(invitations, 'invitation')} of theirs ${done ? 'withdrawn' : 'will be withdrawn'}.`,
    conversations > 0 && `${plural(conversations, 'open conversation')} ${done ? 'handed over' : 'of theirs'}.`,
    revoked.length > 0 &&
      `${plural(revoked.length, 'API key')} only they were shown ${done ? 'revoked' : 'will be revoked'}: ${names(revoked)}.`,
  ].filter((line) => line !== false)
  return (
    <>
      {lines.length > 0 && (
        <ul className="flex list-disc flex-col gap-1 ps-5" aria-label="What follows">
          {lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      {lines.length === 0 && rotate.length === 0 && (
        <p className="text-muted">{done ? 'Nothing is left to do.' : 'They have no sessions, keys, invitations or open conversations.'}</p>
      )}
      {rotate.length > 0 && (
        <Notice tone="warn" title={`Rotate ${rotate.length === 1 ? 'this API key' : 'these API keys'}: ${names(rotate)}`}>
          They were shown a secret that works, and so was somebody else; it is not ended by itself.
        </Notice>
      )}
    </>
  )
}

function TakeOver({ without, to, onChange }: { without: string; to: string; onChange: (to: string) => void }) {
  const colleagues = useOperators().filter((each) => each.removed_at === null && each.id !== without)
  return (
    <Field label="Their open conversations go to">
      {({ id }) => (
        <Select
          id={id}
          label="Their open conversations go to"
          value={to}
          choices={[
            { value: QUEUE, label: 'Nobody yet: back to the queue' },
            ...colleagues.map((each) => ({ value: each.id, label: each.name })),
          ]}
          onChange={onChange}
        />
      )}
    </Field>
  )
}
