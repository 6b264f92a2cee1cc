// Colleagues who lost every second factor and ask for help; nothing is shown when there are none.
import { unwrap } from '@leadkeep/client/api'
import type { FactorHelp } from '@leadkeep/client/shapes'
import { Button } from '@leadkeep/ui/Button'
import { Card } from '@leadkeep/ui/Card'
import { Dialog } from '@leadkeep/ui/Dialog'
import { Failure, Notice } from '@leadkeep/ui/Notice'
import { toast } from '@leadkeep/ui/Toast'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { explain } from '../../lib/explain.ts'
import { fullTime, longAgo } from '../../lib/time.ts'
import { useNow } from '../../lib/useNow.ts'
import { api, useSession } from '../../session/session.ts'
import { factorHelpsQuery } from './peopleQueries.ts'
import { Declined, useStepUp } from './useStepUp.tsx'

export function FactorHelpsCard() {
  const helps = useQuery(factorHelpsQuery)
  const own = useSession().operator.id
  const now = useNow()
  const [approving, setApproving] = useState<FactorHelp>()
  const asking = helps.data ?? []
  if (helps.isError) return <Failure {...explain(helps.error)} onRetry={() => void helps.refetch()} />
  if (asking.length === 0) return null
  return (
    <Card
      title="Lost second factors"
      about="These colleagues knew their password and said that every second factor is lost. Talk to them before you approve it."
    >
      <ul className="-my-2 divide-y divide-line" aria-label="Who asks for help">
        {asking.map((each) => (
          <li key={each.operator_id} className="flex flex-wrap items-center justify-between gap-3 py-2.5">
            <div>
              <p className="text-13 font-medium">{each.name}</p>
              <p className="text-12 text-muted">
                <span title={fullTime(each.asked_at)}>asked {longAgo(each.asked_at, now)}</span>
                {typeof each.ripe_at === 'string' && <> · approved; from {fullTime(each.ripe_at)} on</>}
              </p>
            </div>
            {each.ripe_at === null && each.operator_id !== own && (
              <Button size="small" onClick={() => setApproving(each)}>
                Approve<span className="sr-only"> the help for {each.name}</span>
              </Button>
            )}
          </li>
        ))}
      </ul>
      {approving !== undefined && <ApproveDialog help={approving} onClose={() => setApproving(undefined)} />}
    </Card>
  )
}

function ApproveDialog({ help, onClose }: { help: FactorHelp; onClose: () => void }) {
  const cache = useQueryClient()
  const stepUp = useStepUp()
  const approve = useMutation({
    mutationFn: () =>
      stepUp.proved(() =>
        unwrap(
          api.POST('/api/v1/operators/{id}/factor-help', { params: { path: { id: help.operator_id } }, body: {} }),
        ),
      ),
    onSuccess: (approved) => {
      toast({ text: `${help.name} can sign in from ${fullTime(approved.ripe_at)}` })
      onClose()
    },
    onSettled: () => cache.invalidateQueries({ queryKey: factorHelpsQuery.queryKey }),
  })
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      title={`Is it ${help.name} who asks?`}
      description="A day from now, their next sign-in with the password removes every second factor of theirs, and they enrol a new one. They are told by mail at once, and can end it until then."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button weight="danger" busy={approve.isPending} onClick={() => approve.mutate()}>
            Yes, approve
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {approve.isError && !(approve.error instanceof Declined) && <Failure {...explain(approve.error)} />}
        <Notice tone="warn" title="Talk to them first">
          Face to face, or by a number you knew before. Whoever asked knew the password; whether it is {help.name}, only
          you can tell.
        </Notice>
      </div>
      {stepUp.dialog}
    </Dialog>
  )
}
