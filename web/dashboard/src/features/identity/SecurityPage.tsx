// One's own second factor: enrol an app, make new recovery codes, remove it.
import { unwrap } from '@leadkeep/client/api'
import { isProblem } from '@leadkeep/client/problem'
import type { Factors, TotpEnrolment } from '@leadkeep/client/shapes'
import { Button } from '@leadkeep/ui/Button'
import { Card } from '@leadkeep/ui/Card'
import { Dialog } from '@leadkeep/ui/Dialog'
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
import { isWhole, NO_PROOF, proofBody } from './proof.ts'
import { ProofField } from './ProofField.tsx'
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
  const [removing, setRemoving] = useState(false)
  const refresh = () => cache.invalidateQueries({ queryKey: factorsQuery.queryKey })
  const begin = useMutation({
    mutationFn: () => stepUp.proved(() => unwrap(api.POST('/api/v1/factors/totp', { body: {} }))),
    onSuccess: setEnrolment,
    onError: failed('The enrolment could not begin'),
  })
  const renew = useMutation({
    mutationFn: () => stepUp.proved(() => unwrap(api.POST('/api/v1/factors/recovery-codes', { body: {} }))),
    onSuccess: (made) => {
      setCodes(made.recovery_codes)
      return refresh()
    },
    onError: failed('No new recovery codes could be made'),
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
              <Button busy={renew.isPending} onClick={() => renew.mutate()}>
                New recovery codes
              </Button>
              <Button weight="danger" onClick={() => setRemoving(true)}>
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
      {removing && <RemoveDialog onRemoved={refresh} onClose={() => setRemoving(false)} />}
    </>
  )
}

function RemoveDialog({ onRemoved, onClose }: { onRemoved: () => Promise<void>; onClose: () => void }) {
  const [proof, setProof] = useState(NO_PROOF)
  const stepUp = useStepUp()
  const remove = useMutation({
    mutationFn: () =>
      stepUp.proved(() => unwrap(api.POST('/api/v1/factors/totp/remove', { body: proofBody(proof) }))),
    onSuccess: async () => {
      await onRemoved()
      toast({ text: 'The app is removed' })
      onClose()
    },
    onError: (error) => {
      if (!(error instanceof Declined)) setProof({ ...proof, text: '' })
    },
  })
  const { error } = remove
  const wrong = isProblem(error, 'wrong_code')
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      title="Remove the app?"
      description="Signing in will ask for your password only, and your recovery codes end."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form="remove-app" weight="danger" busy={remove.isPending} disabled={!isWhole(proof)}>
            Remove it
          </Button>
        </>
      }
    >
      <form
        id="remove-app"
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (isWhole(proof) && !remove.isPending) remove.mutate()
        }}
      >
        {remove.isError && !wrong && !(error instanceof Declined) && <Failure {...explain(error)} />}
        <ProofField
          proof={proof}
          error={wrong && proof.text === '' ? explain(error).title : undefined}
          onChange={setProof}
        />
      </form>
      {stepUp.dialog}
    </Dialog>
  )
}
