// Streams of the audit log: what the page asks the server, and the words it has for what they do.
import { unwrap } from '@leadkeep/client/api'
import type { AuditStream } from '@leadkeep/client/shapes'
import { queryOptions } from '@tanstack/react-query'
import { clockTime, longAgo, plural } from '../../lib/time.ts'
import { api } from '../../session/session.ts'

/** How often the page looks how far the streams are. */
const LOOK = 10_000

export const streamsQuery = queryOptions({
  queryKey: ['audit-streams'],
  queryFn: async ({ signal }) => (await unwrap(api.GET('/api/v1/audit-streams', { signal }))).data,
  refetchInterval: LOOK,
})

export const KIND: { readonly [K in AuditStream['kind']]: string } = {
  webhook: 'Webhook',
  syslog: 'Syslog over TLS',
}

/** How far a stream has come. */
export function progress(stream: AuditStream, now: number): string {
  const reached =
    stream.delivered_at === null
      ? 'Nothing delivered yet'
      : `Delivered up to entry ${String(stream.last_number)}, ${longAgo(stream.delivered_at, now)}`
  if (stream.behind === 0) return `${reached} · up to date`
  const oldest = stream.behind_since === null ? '' : `, the oldest from ${longAgo(stream.behind_since, now)}`
  return `${reached} · ${plural(stream.behind, 'entry', 'entries')} behind${oldest}`
}

const PAUSED = {
  by_hand: 'Paused by hand. It goes on where it stopped.',
  failing: 'Paused by itself: nothing could be delivered for three days. Mend the receiver, then resume it.',
  gone: 'Paused by itself: the receiver said that it is gone for good (410).',
} as const

/** What somebody should know who looks at it; `undefined` when all is well. */
export function trouble(stream: AuditStream, now: number): string | undefined {
  const last = stream.last_error === null ? '' : ` The last error: ${stream.last_error}.`
  if (stream.paused_because === 'by_hand') return PAUSED.by_hand
  if (stream.paused_because !== null) return PAUSED[stream.paused_because] + last
  if (stream.failing_since === null) return undefined
  const next = stream.next_attempt_at
  const again = next === null || Date.parse(next) <= now ? 'now' : `at ${clockTime(next)}`
  return `Failing, first ${longAgo(stream.failing_since, now)}; it is tried again ${again}.${last}`
}
