// Whether everybody in the workspace needs a second factor, and whom it would hit.
import { unwrap } from '@leadkeep/client/api'
import type { FactorPolicy } from '@leadkeep/client/shapes'
import { Button } from '@leadkeep/ui/Button'
import { Card } from '@leadkeep/ui/Card'
import { Dialog } from '@leadkeep/ui/Dialog'
import { Chip, Loading, Skeleton } from '@leadkeep/ui/Marks'
import { Failure } from '@leadkeep/ui/Notice'
import { toast } from '@leadkeep/ui/Toast'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { explain } from '../../lib/explain.ts'
import { plural, shortDate } from '../../lib/time.ts'
import { api, session, useSession } from '../../session/session.ts'
import { factorPolicyQuery } from './queries.ts'
import { ROLE_NAME } from './roles.ts'
import { Declined, useStepUp } from './useStepUp.tsx'

export function FactorPolicyCard() {
  const cache = useQueryClient()
  const policy = useQuery(factorPolicyQuery)
  const [asking, setAsking] = useState(false)
  const since = policy.data?.required_since ?? undefined
  const ask = async () => {
    // Who has enrolled meanwhile is not announced to others.
    await cache.refetchQueries({ queryKey: factorPolicyQuery.queryKey })
    setAsking(true)
  }
  return (
    <>
      <Card
        title="Second factor"
        about="Admins and super admins need one, unless whoever runs this server lets them do without. You can require it of everybody in this workspace."
        aside={<Chip tone={since === undefined ? 'neutral' : 'ok'}>{since === undefined ? 'Roles only' : 'Everybody'}</Chip>}
        foot={
          policy.data !== undefined && (
            <Button onClick={() => void ask()}>
              {since === undefined ? 'Require it of everybody' : 'No longer require it'}
            </Button>
          )
        }
      >
        {policy.isError && <Failure {...explain(policy.error)} onRetry={() => void policy.refetch()} />}
        {policy.isPending && (
          <Loading what="who has a second factor">
            <Skeleton className="h-5 w-64" />
          </Loading>
        )}
        {policy.data !== undefined && (
          <p className="text-13 text-muted">
            {policy.data.without.length === 0
              ? `All ${plural(policy.data.members, 'member')} have a second factor.`
              : `${String(policy.data.without.length)} of ${plural(policy.data.members, 'member')} have none.`}
            {since !== undefined && ` Required of everybody since ${shortDate(since)}.`}
          </p>
        )}
      </Card>
      {asking && policy.data !== undefined && <PolicyDialog policy={policy.data} onClose={() => setAsking(false)} />}
    </>
  )
}

function PolicyDialog({ policy, onClose }: { policy: FactorPolicy; onClose: () => void }) {
  const cache = useQueryClient()
  const { operator } = useSession()
  const stepUp = useStepUp()
  const required = typeof policy.required_since !== 'string'
  const change = useMutation({
    mutationFn: () =>
      stepUp.proved(() => unwrap(api.PATCH('/api/v1/workspace/second-factor', { body: { required } }))),
    onSuccess: async (saved) => {
      cache.setQueryData(factorPolicyQuery.queryKey, saved)
      toast({ text: required ? 'Everybody needs a second factor now' : 'Only admins need a second factor now' })
      onClose()
      // One's own way may lead to enrolment from here.
      if (saved.without.some((each) => each.operator_id === operator.id)) await session.refresh()
    },
  })
  const { error } = change
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      title={required ? 'Require a second factor of everybody?' : 'No longer require it of everybody?'}
      description={
        required
          ? 'It acts at once: whoever has none can do nothing here but enrol one.'
          : 'For admins and super admins it stays as this server has it; for the others it is up to them.'
      }
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button weight="primary" busy={change.isPending} onClick={() => change.mutate()}>
            {required ? 'Require it' : 'No longer require it'}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3 text-13">
        {change.isError && !(error instanceof Declined) && <Failure {...explain(error)} />}
        {required && policy.without.length === 0 && <p>Everybody has one already: nobody is interrupted.</p>}
        {required && policy.without.length > 0 && (
          <>
            <p>
              {policy.without.length === 1 ? 'This one is' : `These ${String(policy.without.length)} are`} interrupted
              until they have enrolled one:
            </p>
            <ul
              aria-label="Without a second factor"
              tabIndex={0}
              className="flex max-h-58 flex-col gap-1 overflow-y-auto"
            >
              {policy.without.map((each) => (
                <li key={each.operator_id} className="flex justify-between gap-3">
                  <span className="min-w-0 truncate font-medium">
                    {each.name}
                    {each.operator_id === operator.id && ' (you)'}
                  </span>
                  <span className="shrink-0 text-muted">{ROLE_NAME[each.role]}</span>
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
      {stepUp.dialog}
    </Dialog>
  )
}
