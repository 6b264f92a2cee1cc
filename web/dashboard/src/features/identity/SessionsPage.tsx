// Where one is signed in, and how to end it.
import { unwrap } from '@leadkeep/client/api'
import type { SessionInfo } from '@leadkeep/client/shapes'
import { Button } from '@leadkeep/ui/Button'
import { Card } from '@leadkeep/ui/Card'
import { Chip, Loading, Skeleton } from '@leadkeep/ui/Marks'
import { Failure } from '@leadkeep/ui/Notice'
import { toast } from '@leadkeep/ui/Toast'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Laptop, Smartphone } from 'lucide-react'
import { explain, toastFailure } from '../../lib/explain.ts'
import { fullTime, longAgo } from '../../lib/time.ts'
import { useNow } from '../../lib/useNow.ts'
import { api } from '../../session/session.ts'
import { CloseLoginCard } from './CloseLoginCard.tsx'
import { EndOthers } from './EndOthers.tsx'
import { EmailCard, PasswordCard } from './LoginCards.tsx'
import { sessionsQuery } from './queries.ts'
import { RecentEvents } from './RecentEvents.tsx'

export function SessionsPage() {
  const cache = useQueryClient()
  const sessions = useQuery(sessionsQuery)
  const refresh = () => cache.invalidateQueries({ queryKey: sessionsQuery.queryKey })
  const all = sessions.data ?? []
  const others = all.filter((each) => !each.current).length
  return (
    <>
      <h1 className="text-20 font-semibold">Your login</h1>
      <Card
        title="Signed in here"
        about="Every browser that is signed in as you. A session that is ended stops working within a second, in all its tabs."
        aside={<EndOthers others={others} />}
      >
        {sessions.isError && <Failure {...explain(sessions.error)} onRetry={() => void sessions.refetch()} />}
        {sessions.isPending && (
          <Loading what="sessions">
            <Skeleton className="h-11 w-full" />
            <Skeleton className="mt-3 h-11 w-full" />
          </Loading>
        )}
        <ul className="-my-2 divide-y divide-line">
          {all
            .toSorted((a, b) => Number(b.current) - Number(a.current))
            .map((each) => (
              <SessionLine key={each.id} info={each} onEnded={refresh} />
            ))}
        </ul>
      </Card>
      <PasswordCard />
      <EmailCard />
      <RecentEvents />
      <CloseLoginCard />
    </>
  )
}

function SessionLine({ info, onEnded }: { info: SessionInfo; onEnded: () => Promise<void> }) {
  const now = useNow()
  const Mark = /android|ios|iphone|ipad/i.test(info.device) ? Smartphone : Laptop
  const end = useMutation({
    mutationFn: () => unwrap(api.DELETE('/api/v1/sessions/{id}', { params: { path: { id: info.id } } })),
    onSuccess: () => {
      toast({ text: 'Session ended' })
      return onEnded()
    },
    onError: toastFailure('The session could not be ended'),
  })
  return (
    <li className="flex items-center gap-3 py-3">
      <Mark size={18} aria-hidden className="shrink-0 text-muted" />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-2 text-13 font-medium">
          {info.device}
          {info.current && <Chip tone="ok">This browser</Chip>}
        </p>
        <p className="text-12 text-muted">
          <span className="font-mono">{info.masked_ip}</span>
          {' · '}
          <span title={fullTime(info.last_seen_at)}>
            {info.current ? 'active now' : `active ${longAgo(info.last_seen_at, now)}`}
          </span>
          {' · '}
          signed in {longAgo(info.created_at, now)}
        </p>
      </div>
      {!info.current && (
        <Button size="small" busy={end.isPending} onClick={() => end.mutate()}>
          End<span className="sr-only"> the session on {info.device}</span>
        </Button>
      )}
    </li>
  )
}
