// One's own second factors: passkeys, an app, recovery codes.
import { unwrap } from '@leadkeep/client/api'
import type { Factors, TotpEnrolment } from '@leadkeep/client/shapes'
import { Button } from '@leadkeep/ui/Button'
import { Card } from '@leadkeep/ui/Card'
import { Chip, Loading, Skeleton } from '@leadkeep/ui/Marks'
import { Failure } from '@leadkeep/ui/Notice'
import { toast } from '@leadkeep/ui/Toast'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { explain, toastFailure } from '../../lib/explain.ts'
import { fullTime, longAgo, plural } from '../../lib/time.ts'
import { useNow } from '../../lib/useNow.ts'
import { api } from '../../session/session.ts'
import { EndOthers } from './EndOthers.tsx'
import { CodesDialog, EnrolDialog } from './EnrolDialog.tsx'
import { FactorDialog } from './FactorDialog.tsx'
import { PasskeysCard } from './PasskeysCard.tsx'
import { factorsQuery, sessionsQuery } from './queries.ts'
import { Declined, useStepUp } from './useStepUp.tsx'

/** Closing the dialog is no failure. */
const failed = (what: string) => (error: unknown) => {
  if (!(error instanceof Declined)) toastFailure(what)(error)
}

export function SecurityPage() {
  const factors = useQuery(factorsQuery)
  return (
    <>
      <h1 className="text-20 font-semibold">Your security</h1>
      {factors.isError && <Failure {...explain(factors.error)} onRetry={() => void factors.refetch()} />}
      {factors.isPending && (
        <Loading what="your second factor">
          <Skeleton className="h-24 w-full" />
        </Loading>
      )}
      {factors.data !== undefined && (
        <>
          <PasskeysCard factors={factors.data} />
          <AppCard factors={factors.data} />
          {(factors.data.passkeys.length > 0 || typeof factors.data.totp_enrolled_at === 'string') && (
            <RecoveryCard factors={factors.data} />
          )}
          <ElsewhereCard />
        </>
      )}
    </>
  )
}

/** A changed factor ends no session: whoever changes one because of somebody else ends theirs here. */
function ElsewhereCard() {
  const sessions = useQuery(sessionsQuery)
  if (sessions.data === undefined) return null
  const others = sessions.data.filter((each) => !each.current).length
  return (
    <Card
      title="Signed in elsewhere"
      about="A change of your factors leaves these sessions as they are. End them if somebody else may have one."
      aside={<EndOthers others={others} />}
    >
      <p className="text-13 text-muted">
        {others === 0 ? 'No other browser is signed in as you.' : `${plural(others, 'other browser')} signed in as you.`}
      </p>
    </Card>
  )
}

function AppCard({ factors }: { factors: Factors }) {
  const cache = useQueryClient()
  const now = useNow()
  const stepUp = useStepUp()
  const [enrolment, setEnrolment] = useState<TotpEnrolment>()
  const [changing, setChanging] = useState<'begin' | 'remove'>()
  const refresh = () => cache.invalidateQueries({ queryKey: factorsQuery.queryKey })
  // Asked again first: whether a proof is needed changes with the minutes.
  const change = async (what: 'begin' | 'remove') => {
    await cache.refetchQueries({ queryKey: factorsQuery.queryKey })
    setChanging(what)
  }
  const begin = useMutation({
    mutationFn: () => stepUp.proved(() => unwrap(api.POST('/api/v1/factors/totp', { body: {} }))),
    onSuccess: setEnrolment,
    onError: failed('The enrolment could not begin'),
  })
  const enrolled = factors.totp_enrolled_at ?? undefined
  const isFirst = factors.passkeys.length === 0
  return (
    <>
      <Card
        title="Authenticator app"
        about="A second proof beside your password: who knows the password alone does not get in."
        aside={<Chip tone={enrolled === undefined ? 'neutral' : 'ok'}>{enrolled === undefined ? 'Off' : 'On'}</Chip>}
        foot={
          enrolled === undefined ? (
            <Button busy={begin.isPending} onClick={() => (isFirst ? begin.mutate() : void change('begin'))}>
              Enrol an app
            </Button>
          ) : (
            <Button weight="danger" onClick={() => void change('remove')}>
              Remove the app
            </Button>
          )
        }
      >
        {enrolled === undefined ? (
          <p className="text-13 text-muted">
            An app on your phone shows a new code every 30 seconds; signing in with the password then asks for it.
          </p>
        ) : (
          <p className="text-13">
            Enrolled <span title={fullTime(enrolled)}>{longAgo(enrolled, now)}</span>.
          </p>
        )}
      </Card>
      {stepUp.dialog}
      {enrolment !== undefined && (
        <EnrolDialog
          enrolment={enrolment}
          onEnrolled={() => void refresh()}
          onClose={() => setEnrolment(undefined)}
        />
      )}
      {changing === 'begin' && (
        <FactorDialog
          title="Enrol an app beside your passkeys?"
          about="It comes with new recovery codes; the old ones end."
          action="Go on"
          factors={factors}
          work={(body) => unwrap(api.POST('/api/v1/factors/totp', { body }))}
          onDone={(begun) => {
            setEnrolment(begun)
            return Promise.resolve()
          }}
          onClose={() => setChanging(undefined)}
        />
      )}
      {changing === 'remove' && (
        <FactorDialog
          title="Remove the app?"
          about={
            isFirst
              ? 'It is your last second factor: your recovery codes end with it.'
              : 'Your passkeys and recovery codes stay.'
          }
          action="Remove it"
          danger
          factors={factors}
          work={(body) => unwrap(api.POST('/api/v1/factors/totp/remove', { body }))}
          onDone={() => {
            toast({ text: 'The app is removed' })
            return refresh()
          }}
          onClose={() => setChanging(undefined)}
        />
      )}
    </>
  )
}

function RecoveryCard({ factors }: { factors: Factors }) {
  const cache = useQueryClient()
  const [renewing, setRenewing] = useState(false)
  const [codes, setCodes] = useState<readonly string[]>()
  const left = factors.recovery_codes_left
  return (
    <>
      <Card
        title="Recovery codes"
        about="For the day your phone or key is gone: each signs you in once, after the password."
        foot={
          <Button
            onClick={() =>
              void cache.refetchQueries({ queryKey: factorsQuery.queryKey }).then(() => setRenewing(true))
            }
          >
            New recovery codes
          </Button>
        }
      >
        <p className={`text-13 ${left < 3 ? 'font-medium text-warn' : 'text-muted'}`}>
          {plural(left, 'recovery code')} left{left < 3 ? ': make new ones' : ''}.
        </p>
      </Card>
      {codes !== undefined && (
        <CodesDialog title="New recovery codes" codes={codes} onClose={() => setCodes(undefined)} />
      )}
      {renewing && (
        <FactorDialog
          title="Make new recovery codes?"
          about="The old ones end at once."
          action="Make them"
          factors={factors}
          work={(body) => unwrap(api.POST('/api/v1/factors/recovery-codes', { body }))}
          onDone={(made) => {
            setCodes(made.recovery_codes)
            return cache.invalidateQueries({ queryKey: factorsQuery.queryKey })
          }}
          onClose={() => setRenewing(false)}
        />
      )}
    </>
  )
}
