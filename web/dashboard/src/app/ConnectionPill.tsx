// Silent while all is well. Says when the connection is away, and what was caught up when it is back.
import { Button } from '@leadkeep/ui/Button'
import { CircleCheck, WifiOff } from 'lucide-react'
import { useEffect, useState } from 'react'
import { draftsOf, useDraftCount } from '../features/inbox/drafts.ts'
import { plural } from '../lib/time.ts'
import { useLive, useLiveStatus } from '../live/LiveContext.tsx'
import { useSession } from '../session/session.ts'

/** Shorter breaks are nobody's business. */
const PATIENCE_MS = 1200
const GOOD_NEWS_MS = 6000

export function ConnectionPill() {
  const live = useLive()
  const status = useLiveStatus()
  const drafts = useDraftCount(draftsOf(useSession().workspace.id))
  const [overdue, setOverdue] = useState(0)
  const since = status.kind === 'reconnecting' ? status.since : undefined
  const news = status.kind === 'caught_up' ? caughtUp(status.messages) : undefined

  useEffect(() => {
    if (since === undefined) return undefined
    const timer = setTimeout(() => setOverdue(since), PATIENCE_MS)
    return () => clearTimeout(timer)
  }, [since])
  useEffect(() => {
    if (news === undefined) return undefined
    const timer = setTimeout(() => live.settle(), GOOD_NEWS_MS)
    return () => clearTimeout(timer)
  }, [news, live])

  const lost = since !== undefined && overdue === since
  // A short break in which nothing was missed passes without a word.
  const back = status.kind === 'caught_up' && (status.messages !== 0 || status.awayMs > PATIENCE_MS)
  return (
    <div role="status" className="pointer-events-none absolute inset-x-0 top-14 z-30 flex justify-center">
      {lost && (
        <p className="pointer-events-auto flex h-9 items-center gap-2 rounded-full border border-warn-line bg-warn-soft ps-3.5 pe-1.5 text-13 font-medium text-warn shadow-lift">
          <WifiOff size={14} aria-hidden />
          Reconnecting…
          {drafts > 0 && <span className="font-normal">{plural(drafts, 'draft')} kept</span>}
          <Button size="small" weight="quiet" className="rounded-full text-warn!" onClick={live.retryNow}>
            Try now
          </Button>
        </p>
      )}
      {back && (
        <p className="flex h-9 items-center gap-2 rounded-full border border-line bg-ok-soft px-3.5 text-13 font-medium text-ok shadow-lift">
          <CircleCheck size={14} aria-hidden />
          {news}
        </p>
      )}
    </div>
  )
}

function caughtUp(messages: number | null): string {
  if (messages === null) return 'Connected again. Everything was reloaded.'
  if (messages === 0) return 'Connected again. You missed nothing.'
  return `Connected again. ${plural(messages, 'new message')} while you were away.`
}
