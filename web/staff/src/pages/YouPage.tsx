// One's own sessions as staff.
import { unwrap } from '@leadkeep/client/api'
import { Button } from '@leadkeep/ui/Button'
import { Card } from '@leadkeep/ui/Card'
import { Chip, Loading, Skeleton } from '@leadkeep/ui/Marks'
import { Failure } from '@leadkeep/ui/Notice'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { meQuery, sessionsQuery } from '../queries.ts'
import { api } from '../session.ts'
import { explain, fullTime, ROLE, toastFailure } from '../words.ts'

export function YouPage() {
  const cache = useQueryClient()
  const me = useQuery(meQuery)
  const sessions = useQuery({ ...sessionsQuery, staleTime: 0 })
  const end = useMutation({
    mutationFn: (id: string) => unwrap(api.DELETE('/api/staff/v1/sessions/{id}', { params: { path: { id } } })),
    onError: toastFailure('The session could not be ended'),
    onSettled: () => cache.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  })
  return (
    <>
      <h1 className="text-20 font-semibold">You</h1>
      {me.data !== undefined && (
        <Card title={me.data.staff.name} about={me.data.staff.email} aside={<Chip>{ROLE[me.data.staff.role]}</Chip>}>
          <p className="text-13 text-muted">
            This session ends at {fullTime(me.data.ends_at)}, or after {String(me.data.idle_seconds / 60)} minutes
            without use. Your proof is fresh until {fullTime(me.data.fresh_until)}.
          </p>
        </Card>
      )}
      <Card title="Your sessions" about="Each is one tab of one browser. A session that is ended stops at once.">
        {sessions.isError && <Failure {...explain(sessions.error)} onRetry={() => void sessions.refetch()} />}
        {sessions.isPending && (
          <Loading what="sessions">
            <Skeleton className="h-11 w-full" />
          </Loading>
        )}
        <ul aria-label="Sessions" className="-my-2 divide-y divide-line">
          {sessions.data?.map((one) => (
            <li key={one.id} className="flex items-center gap-3 py-3">
              <div className="min-w-0 flex-1">
                <p className="flex flex-wrap items-center gap-2 text-13 font-medium">
                  {one.device}
                  {one.current && <Chip tone="ok">This tab</Chip>}
                </p>
                <p className="text-12 text-muted">
                  <span className="font-mono">{one.masked_ip}</span> · since {fullTime(one.created_at)} · used{' '}
                  {fullTime(one.last_seen_at)}
                </p>
              </div>
              {!one.current && (
                <Button size="small" busy={end.isPending} onClick={() => end.mutate(one.id)}>
                  End<span className="sr-only"> the session on {one.device}</span>
                </Button>
              )}
            </li>
          ))}
        </ul>
      </Card>
    </>
  )
}
