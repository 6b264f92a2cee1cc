// Changing a second factor: asks for a proof where the server wants one beside the fresh session.
import { isProblem } from '@leadkeep/client/problem'
import type { FactorProof, Factors } from '@leadkeep/client/shapes'
import { Button } from '@leadkeep/ui/Button'
import { Dialog } from '@leadkeep/ui/Dialog'
import { Failure } from '@leadkeep/ui/Notice'
import { useMutation } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { explain } from '../../lib/explain.ts'
import { askPasskey } from './askPasskey.ts'
import { explainPasskey } from './passkey.ts'
import { firstProof, isWhole, proofBody } from './proof.ts'
import { ProofField } from './ProofField.tsx'
import { Declined, useStepUp } from './useStepUp.tsx'

type FactorDialogProps<T> = {
  title: string
  about: string
  /** What the button says. */
  action: string
  danger?: boolean
  factors: Factors
  /** Whether the rest of the dialog is filled in. */
  ready?: boolean
  children?: ReactNode
  work: (body: FactorProof) => Promise<T>
  onDone: (result: T) => Promise<void>
  onClose: () => void
}

export function FactorDialog<T>(props: FactorDialogProps<T>) {
  const { title, about, action, danger, factors, ready = true, children, work, onDone, onClose } = props
  const app = typeof factors.totp_enrolled_at === 'string'
  const [asking, setAsking] = useState(factors.proof_needed)
  const [proof, setProof] = useState(firstProof(app))
  const stepUp = useStepUp()
  const change = useMutation({
    mutationFn: async (by: 'typed' | 'passkey') => {
      let body: FactorProof = {}
      if (asking) body = by === 'passkey' ? { passkey: await askPasskey() } : proofBody(proof)
      return stepUp.proved(() => {
        const doing = work(body)
        // After a step-up the proof is used, and the step-up itself counts as one.
        body = {}
        return doing
      })
    },
    onSuccess: async (result) => {
      await onDone(result)
      onClose()
    },
    onError: (error) => {
      if (isProblem(error, 'one_proof_needed')) setAsking(true)
      if (!(error instanceof Declined)) setProof({ ...proof, text: '' })
    },
  })
  const { error } = change
  const wrong = isProblem(error, 'wrong_code')
  const whole = ready && (!asking || isWhole(proof))
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      title={title}
      description={about}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            type="submit"
            form="change-factor"
            weight={danger ? 'danger' : 'primary'}
            busy={change.isPending}
            disabled={!whole}
          >
            {action}
          </Button>
        </>
      }
    >
      <form
        id="change-factor"
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (whole && !change.isPending) change.mutate('typed')
        }}
      >
        {change.isError && !wrong && !isProblem(error, 'one_proof_needed') && !(error instanceof Declined) && (
          <Failure {...explainPasskey(error)} />
        )}
        {children}
        {asking && factors.passkeys.length > 0 && (
          <Button disabled={!ready} busy={change.isPending} onClick={() => change.mutate('passkey')}>
            Prove it with a passkey
          </Button>
        )}
        {asking && (
          <ProofField
            app={app}
            proof={proof}
            error={wrong && proof.text === '' ? explain(error).title : undefined}
            onChange={setProof}
          />
        )}
      </form>
      {stepUp.dialog}
    </Dialog>
  )
}
