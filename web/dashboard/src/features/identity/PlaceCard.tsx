// One's own place in the workspace: leaving it, or handing it over to a colleague.
import { unwrap } from '@leadkeep/client/api'
import { isProblem } from '@leadkeep/client/problem'
import { Button } from '@leadkeep/ui/Button'
import { Card } from '@leadkeep/ui/Card'
import { Confirm, Dialog } from '@leadkeep/ui/Dialog'
import { Field } from '@leadkeep/ui/Field'
import { Failure } from '@leadkeep/ui/Notice'
import { Select } from '@leadkeep/ui/Select'
import { toast } from '@leadkeep/ui/Toast'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { explain, toastFailure } from '../../lib/explain.ts'
import { operatorsQuery, useOperators } from '../../session/operators.ts'
import { api, session, useMay, useSession } from '../../session/session.ts'
import { Declined, useStepUp } from './useStepUp.tsx'

export function PlaceCard() {
  const { workspace } = useSession()
  const mayTransfer = useMay('workspace.security')
  const stepUp = useStepUp()
  const [open, setOpen] = useState<'leave' | 'transfer'>()
  const leave = useMutation({
    mutationFn: () => stepUp.proved(() => unwrap(api.POST('/api/v1/workspace/leave', { body: {} }))),
    onSuccess: async () => {
      setOpen(undefined)
      toast({ text: `You have left ${workspace.name}` })
      // The session goes on in another workspace, or is over.
      await session.refresh()
    },
    onError: (error) => {
      setOpen(undefined)
      if (error instanceof Declined) return
      if (isProblem(error, 'last_super_admin')) {
        toast({ tone: 'bad', text: 'You are the last super admin', detail: 'Hand the workspace over first.' })
      } else toastFailure('You could not leave the workspace')(error)
    },
  })
  return (
    <Card
      title="Your place here"
      about={
        mayTransfer
          ? 'Hand the workspace over to a colleague, or leave it.'
          : 'What you wrote stays when you leave, under your name.'
      }
      foot={
        <>
          {mayTransfer && <Button onClick={() => setOpen('transfer')}>Hand over</Button>}
          <Button weight="danger" onClick={() => setOpen('leave')}>
            Leave
          </Button>
        </>
      }
    >
      <Confirm
        open={open === 'leave'}
        onOpenChange={(to) => setOpen(to ? 'leave' : undefined)}
        title={`Leave ${workspace.name}?`}
        description="You can no longer see it, your open conversations go back to the queue, and API keys that only you were shown are revoked. To come back you have to be invited again."
        action="Leave"
        danger
        busy={leave.isPending}
        onConfirm={() => leave.mutate()}
      />
      {open === 'transfer' && <TransferDialog onClose={() => setOpen(undefined)} />}
      {stepUp.dialog}
    </Card>
  )
}

const AFTER = [
  { value: 'admin', label: 'I stay, as an admin' },
  { value: 'leave', label: 'I leave the workspace' },
] as const

function TransferDialog({ onClose }: { onClose: () => void }) {
  const cache = useQueryClient()
  const { workspace, operator } = useSession()
  const stepUp = useStepUp()
  const colleagues = useOperators().filter((each) => each.removed_at === null && each.id !== operator.id)
  const [to, setTo] = useState(colleagues[0]?.id ?? '')
  const [then, setThen] = useState<'admin' | 'leave'>('admin')
  const transfer = useMutation({
    mutationFn: () =>
      stepUp.proved(() =>
        unwrap(api.POST('/api/v1/operators/{id}/transfer', { params: { path: { id: to } }, body: { afterwards: then } })),
      ),
    onSuccess: async () => {
      const name = colleagues.find((each) => each.id === to)?.name ?? 'Your colleague'
      toast({ text: `${name} is a super admin now`, detail: 'You were both told by mail.' })
      onClose()
      await session.refresh()
      await cache.invalidateQueries({ queryKey: operatorsQuery.queryKey })
    },
  })
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      title={`Hand ${workspace.name} over?`}
      description="Your colleague becomes a super admin in the same moment, and you are both told by mail."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button weight="danger" busy={transfer.isPending} disabled={to === ''} onClick={() => transfer.mutate()}>
            Hand over
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4 text-13">
        {transfer.isError && !(transfer.error instanceof Declined) && <Failure {...explain(transfer.error)} />}
        {colleagues.length === 0 ? (
          <p>There is nobody else here yet: invite somebody first.</p>
        ) : (
          <>
            <Field label="To">
              {({ id }) => (
                <Select
                  id={id}
                  label="To"
                  value={to}
                  choices={colleagues.map((each) => ({ value: each.id, label: each.name, hint: each.email }))}
                  onChange={setTo}
                />
              )}
            </Field>
            <Field label="And you">
              {({ id }) => <Select id={id} label="And you" value={then} choices={AFTER} onChange={setThen} />}
            </Field>
          </>
        )}
      </div>
      {stepUp.dialog}
    </Dialog>
  )
}
