// What happened to one's own login lately, so that what was somebody else's doing is seen.
import type { SecurityEvent } from '@leadkeep/client/shapes'
import { Button } from '@leadkeep/ui/Button'
import { Card } from '@leadkeep/ui/Card'
import { Chip, Loading, Skeleton } from '@leadkeep/ui/Marks'
import { Failure } from '@leadkeep/ui/Notice'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { explain } from '../../lib/explain.ts'
import { fullTime, longAgo } from '../../lib/time.ts'
import { useNow } from '../../lib/useNow.ts'
import { eventsQuery } from './queries.ts'

/** How many are shown before somebody asks for all. */
const FEW = 8

type Words = { text: string; tone?: 'warn' | 'bad' }

/** An action that is not here is shown under its own name: better unexplained than hidden. */
const words: { readonly [action: string]: Words } = {
  'auth.signed_in': { text: 'Signed in' },
  'auth.sign_in_failed': { text: 'Somebody gave a wrong password', tone: 'warn' },
  'auth.second_factor_asked': { text: 'The password was right; the second factor was asked for' },
  'auth.second_factor_failed': { text: 'A wrong code was given', tone: 'warn' },
  'auth.stepped_up': { text: 'Proved again who you are' },
  'auth.step_up_failed': { text: 'A wrong password was given in a session', tone: 'warn' },
  'factor.totp_enrolled': { text: 'Enrolled an authenticator app' },
  'factor.totp_removed': { text: 'Removed the authenticator app', tone: 'warn' },
  'factor.recovery_codes_renewed': { text: 'Made new recovery codes' },
  'factor.help_asked': { text: 'Said that every second factor is lost, and asked for help', tone: 'warn' },
  'factor.help_cancelled': { text: 'Took back the help that was asked for' },
  'factor.all_removed': { text: 'Every second factor was removed, with a colleague’s help', tone: 'warn' },
  'auth.sign_in_link_made': { text: 'The administrator of this server made a sign-in link for you', tone: 'warn' },
  'auth.reset_asked': { text: 'A link for a new password was asked for' },
  'person.password_reset': { text: 'Chose a new password with a mailed link', tone: 'warn' },
  'person.password_changed': { text: 'Changed the password' },
  'person.email_change_asked': { text: 'Asked for another e-mail address' },
  'person.email_changed': { text: 'The e-mail address was changed', tone: 'warn' },
  'person.email_restored': { text: 'The old e-mail address was taken back', tone: 'warn' },
  'session.refresh_reused': { text: 'A session was ended because its key was used twice', tone: 'bad' },
  'session.revoked': { text: 'Ended a session' },
}

const marks = { warn: 'look twice', bad: 'not normal' } as const

export function RecentEvents() {
  const events = useQuery(eventsQuery)
  const [all, setAll] = useState(false)
  const shown = all ? (events.data ?? []) : (events.data ?? []).slice(0, FEW)
  const more = (events.data?.length ?? 0) - shown.length
  return (
    <Card
      title="Lately"
      about="Sign-ins, attempts and changes of your login. If one was not you, change your password: that ends all other sessions."
    >
      {events.isError && <Failure {...explain(events.error)} onRetry={() => void events.refetch()} />}
      {events.isPending && (
        <Loading what="what happened lately">
          <Skeleton className="h-11 w-full" />
          <Skeleton className="mt-3 h-11 w-full" />
        </Loading>
      )}
      {events.data?.length === 0 && <p className="text-13 text-muted">Nothing has happened yet.</p>}
      <ul className="-my-2 divide-y divide-line" aria-label="What happened lately">
        {shown.map((event, place) => (
          <Line key={`${event.at}-${String(place)}`} event={event} />
        ))}
      </ul>
      {more > 0 && (
        <Button size="small" className="mt-4" onClick={() => setAll(true)}>
          Show {more} more
        </Button>
      )}
    </Card>
  )
}

function Line({ event }: { event: SecurityEvent }) {
  const now = useNow()
  const { text, tone } = words[event.action] ?? { text: event.action }
  return (
    <li className="flex flex-wrap items-baseline gap-x-4 gap-y-0.5 py-2.5">
      <p className="flex flex-wrap items-center gap-2 text-13 font-medium">
        {text}
        {tone !== undefined && <Chip tone={tone}>{marks[tone]}</Chip>}
      </p>
      <p className="text-12 text-muted">
        <span title={fullTime(event.at)}>{longAgo(event.at, now)}</span>
        {typeof event.masked_ip === 'string' && (
          <>
            {' · '}
            <span className="font-mono">{event.masked_ip}</span>
            {' · '}
            {event.device}
          </>
        )}
        {typeof event.workspace === 'string' && <> · {event.workspace}</>}
      </p>
    </li>
  )
}
