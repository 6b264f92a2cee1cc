// Where a colleague is signed in to this workspace, and how to sign them out of it.
import { unwrap } from '@leadkeep/client/api'
import type { Operator } from '@leadkeep/client/shapes'
import { Button } from '@leadkeep/ui/Button'
import { Dialog } from '@leadkeep/ui/Dialog'
import { Loading, Skeleton } from '@leadkeep/ui/Marks'
import { Failure } from '@leadkeep/ui/Notice'
import { toast } from '@leadkeep/ui/Toast'
import { useMutation, useQuery } from '@tanstack/react-query'
import { explain } from '../../lib/explain.ts'
import { fullTime, longAgo, plural } from '../../lib/time.ts'
import { useNow } from '../../lib/useNow.ts'
import { api } from '../../session/session.ts'
import { operatorSessionsQuery } from './peopleQueries.ts'

export function OperatorSessionsDialog({ operator, onClose }: { operator: Operator; onClose: () => void }) {
  const sessions = useQuery(operatorSessionsQuery(operator.id))
  const now = useNow()
  const params = { path: { id: operator.id } }
  const end = useMutation({
    mutationFn: () => unwrap(api.POST('/api/v1/operators/{id}/sessions/end', { params, body: {} })),
    onSuccess: ({ ended }) => {
      toast({ text: `${operator.name} is signed out here`, detail: `${plural(ended, 'session')} ended.` })
      onClose()
    },
  })
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      title={`Sessions of ${operator.name}`}
      description="Browsers in which they are in this workspace now. When you end them they have to sign in again, also in browsers that are elsewhere at the moment."
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button weight="danger" busy={end.isPending} onClick={() => end.mutate()}>
            End all
          </Button>
        </>
      }
    >
      {end.isError && <Failure {...explain(end.error)} />}
      {sessions.isError && <Failure {...explain(sessions.error)} onRetry={() => void sessions.refetch()} />}
      {sessions.isPending && (
        <Loading what="sessions">
          <Skeleton className="h-11 w-full" />
        </Loading>
      )}
      {sessions.data?.length === 0 && <p className="text-13 text-muted">They are signed in nowhere here.</p>}
      <ul aria-label={`Sessions of ${operator.name}`} className="-my-2 divide-y divide-line">
        {sessions.data?.map((each) => (
          <li key={each.id} className="py-2.5">
            <p className="text-13 font-medium">{each.device}</p>
            <p className="text-12 text-muted">
              <span className="font-mono">{each.masked_ip}</span>
              {' · '}
              <span title={fullTime(each.last_seen_at)}>active {longAgo(each.last_seen_at, now)}</span>
              {' · '}
              signed in {longAgo(each.created_at, now)}
            </p>
          </li>
        ))}
      </ul>
    </Dialog>
  )
}
