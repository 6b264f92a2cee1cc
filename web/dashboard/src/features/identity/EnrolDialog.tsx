// Enrolling an authenticator app: the code to scan, the first code back, the recovery codes.
import { unwrap } from '@leadkeep/client/api'
import { isProblem } from '@leadkeep/client/problem'
import type { TotpEnrolment } from '@leadkeep/client/shapes'
import { Button } from '@leadkeep/ui/Button'
import { Dialog } from '@leadkeep/ui/Dialog'
import { Field, inputClass } from '@leadkeep/ui/Field'
import { Failure } from '@leadkeep/ui/Notice'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { explain } from '../../lib/explain.ts'
import { api } from '../../session/session.ts'
import { isWhole } from './proof.ts'
import { QrCode } from './QrCode.tsx'
import { RecoveryCodes } from './RecoveryCodes.tsx'
import { Declined, useStepUp } from './useStepUp.tsx'

type EnrolDialogProps = { enrolment: TotpEnrolment; onEnrolled: () => void; onClose: () => void }

export function EnrolDialog({ enrolment, onEnrolled, onClose }: EnrolDialogProps) {
  const [code, setCode] = useState('')
  const stepUp = useStepUp()
  const confirm = useMutation({
    mutationFn: () =>
      stepUp.proved(() => unwrap(api.POST('/api/v1/factors/totp/confirm', { body: { code } }))),
    onSuccess: onEnrolled,
    onError: (error) => {
      if (!(error instanceof Declined)) setCode('')
    },
  })
  if (confirm.data !== undefined) {
    return <CodesDialog title="Your app is enrolled" codes={confirm.data.recovery_codes} onClose={onClose} />
  }
  const { error } = confirm
  const wrong = isProblem(error, 'wrong_code')
  const whole = isWhole({ kind: 'app', text: code })
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      title="Enrol an authenticator app"
      description="Scan this with an app like Aegis, 1Password or Google Authenticator."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form="enrol" weight="primary" busy={confirm.isPending} disabled={!whole}>
            Enrol
          </Button>
        </>
      }
    >
      <form
        id="enrol"
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (whole && !confirm.isPending) confirm.mutate()
        }}
      >
        <div className="flex justify-center">
          <QrCode text={enrolment.uri} label="QR code with the secret of the enrolment" />
        </div>
        <details className="text-13">
          <summary className="cursor-pointer text-muted">Cannot scan? Type it</summary>
          <p className="mt-2 rounded-card border border-line bg-bg px-3 py-2 text-center font-mono text-13 break-all select-all">
            {enrolment.secret}
          </p>
        </details>
        {confirm.isError && !wrong && !(error instanceof Declined) && <Failure {...explain(error)} />}
        <Field
          label="Code from your app"
          hint="Six digits, to show that the app works."
          error={wrong && code === '' ? explain(error).title : undefined}
        >
          {(wiring) => (
            <input
              inputMode="numeric"
              autoComplete="one-time-code"
              maxLength={16}
              value={code}
              onChange={(event) => setCode(event.target.value)}
              className={`${inputClass} font-mono tracking-[0.3em]`}
              {...wiring}
            />
          )}
        </Field>
      </form>
      {stepUp.dialog}
    </Dialog>
  )
}

type CodesDialogProps = { title: string; codes: readonly string[]; onClose: () => void }

export function CodesDialog({ title, codes, onClose }: CodesDialogProps) {
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      title={title}
      description="Ten recovery codes for the day your phone is gone. Each signs you in once, in place of a code."
      footer={
        <Button weight="primary" onClick={onClose}>
          I have kept them
        </Button>
      }
    >
      <RecoveryCodes codes={codes} />
    </Dialog>
  )
}
