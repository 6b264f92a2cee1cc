// One's own second factor: enrol an app, make new recovery codes, remove it.
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
import { CodesDialog, EnrolDialog } from './EnrolDialog.tsx'
import { FactorDialog } from './FactorDialog.tsx'
import { factorsQuery } from './queries.ts'
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
      {factors.data !== undefined && <AppCard factors={factors.data} />}
    </>
  )
}

function AppCard({ factors }: { factors: Factors }) {
  const cache = useQueryClient()
  const now = useNow()
  const stepUp = useStepUp()
  const [enrolment, setEnrolment] = useState<TotpEnrolment>()
  const [codes, setCodes] = useState<readonly string[]>()
  const [changing, setChanging] = useState<'renew' | 'remove'>()
  const refresh = () => cache.invalidateQueries({ queryKey: factorsQuery.queryKey })
  // Asked again first: whether a code is needed changes with the minutes.
  const change = async (what: 'renew' | 'remove') => {
    await cache.refetchQueries({ queryKey: factorsQuery.queryKey })
    setChanging(what)
  }
  const begin = useMutation({
    mutationFn: () => stepUp.proved(() => unwrap(api.POST('/api/v1/factors/totp', { body: {} }))),
    onSuccess: setEnrolment,
    onError: failed('The enrolment could not begin'),
  })
  const enrolled = factors.totp_enrolled_at ?? undefined
  const left = factors.recovery_codes_left
  return (
    <>
      <Card
        title="Authenticator app"
        about="A second proof beside your password: who knows the password alone does not get in."
        aside={<Chip tone={enrolled === undefined ? 'neutral' : 'ok'}>{enrolled === undefined ? 'Off' : 'On'}</Chip>}
        foot={
          enrolled === undefined ? (
            <Button weight="primary" busy={begin.isPending} onClick={() => begin.mutate()}>
              Enrol an app
            </Button>
          ) : (
            <>
              <Button onClick={() => void change('renew')}>
                New recovery codes
              </Button>
              <Button weight="danger" onClick={() => void change('remove')}>
                Remove the app
              </Button>
            </>
          )
        }
      >
        {enrolled === undefined ? (
          <p className="text-13 text-muted">
            You sign in with your password only. An app on your phone shows a new code every 30 seconds; signing in
            then asks for it.
          </p>
        ) : (
          <p className="text-13">
            Enrolled <span title={fullTime(enrolled)}>{longAgo(enrolled, now)}</span>.{' '}
            <span className={left < 3 ? 'font-medium text-warn' : 'text-muted'}>
              {plural(left, 'recovery code')} left{left < 3 ? ': make new ones' : ''}.
            </span>
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
      {codes !== undefined && (
        <CodesDialog title="New recovery codes" codes={codes} onClose={() => setCodes(undefined)} />
      )}
      {changing === 'renew' && (
        <FactorDialog
          title="Make new recovery codes?"
          about="The old ones end at once."
          action="Make them"
          proofNeeded={factors.proof_needed}
          work={(body) => unwrap(api.POST('/api/v1/factors/recovery-codes', { body }))}
          onDone={(made) => {
            setCodes(made.recovery_codes)
            return refresh()
          }}
          onClose={() => setChanging(undefined)}
        />
      )}
      {changing === 'remove' && (
        <FactorDialog
          title="Remove the app?"
          about="Signing in will ask for your password only, and your recovery codes end."
          action="Remove it"
          danger
          proofNeeded={factors.proof_needed}
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
