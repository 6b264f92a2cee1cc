// Changing a second factor: asks for a code where the server wants one beside the fresh session.
import { isProblem } from '@leadkeep/client/problem'
import { Button } from '@leadkeep/ui/Button'
import { Dialog } from '@leadkeep/ui/Dialog'
import { Failure } from '@leadkeep/ui/Notice'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { explain } from '../../lib/explain.ts'
import { isWhole, NO_PROOF, proofBody } from './proof.ts'
import { ProofField } from './ProofField.tsx'
import { Declined, useStepUp } from './useStepUp.tsx'

type Shown = { code: string } | { recovery_code: string } | Record<never, never>

type FactorDialogProps<T> = {
  title: string
  about: string
  /** What the button says. */
  action: string
  danger?: boolean
  proofNeeded: boolean
  work: (body: Shown) => Promise<T>
  onDone: (result: T) => Promise<void>
  onClose: () => void
}

export function FactorDialog<T>({ title, about, action, danger, proofNeeded, work, onDone, onClose }: FactorDialogProps<T>) {
  const [asking, setAsking] = useState(proofNeeded)
  const [proof, setProof] = useState(NO_PROOF)
  const stepUp = useStepUp()
  const change = useMutation({
    mutationFn: () => {
      let body: Shown = asking ? proofBody(proof) : {}
      return stepUp.proved(() => {
        const doing = work(body)
        // After a step-up the code is used, and the step-up itself counts as the proof.
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
  const ready = !asking || isWhole(proof)
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
            disabled={!ready}
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
          if (ready && !change.isPending) change.mutate()
        }}
      >
        {change.isError && !wrong && !isProblem(error, 'one_proof_needed') && !(error instanceof Declined) && (
          <Failure {...explain(error)} />
        )}
        {asking && (
          <ProofField
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
