// Proving again who one is: when a call asks for it, a dialog opens, and then the call is made again.
import { unwrap } from '@leadkeep/client/api'
import { isProblem } from '@leadkeep/client/problem'
import { Button } from '@leadkeep/ui/Button'
import { Dialog } from '@leadkeep/ui/Dialog'
import { Failure } from '@leadkeep/ui/Notice'
import { PasswordField } from '@leadkeep/ui/PasswordField'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { explain } from '../../lib/explain.ts'
import { api, useSession } from '../../session/session.ts'
import { askPasskey } from './askPasskey.ts'
import { explainPasskey } from './passkey.ts'
import { firstProof, isWhole, proofBody, type Proof } from './proof.ts'
import { ProofField } from './ProofField.tsx'
import { factorsQuery } from './queries.ts'

/** Somebody closed the dialog: nothing happened, and nothing went wrong. */
export class Declined extends Error {
  override readonly name = 'Declined'
}

type StepUp = {
  /** Does the work; asks for the password where the server wants it, and does the work again. */
  proved: <T>(work: () => Promise<T>) => Promise<T>
  /** To be put on the page, inside the dialog that does the work if there is one. */
  dialog: ReactNode
}

export function useStepUp(): StepUp {
  const [answer, setAnswer] = useState<(proved: boolean) => void>()
  async function proved<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (!isProblem(error, 'step_up_needed')) throw error
    }
    const yes = await new Promise<boolean>((resolve) => setAnswer(() => resolve))
    setAnswer(undefined)
    if (!yes) throw new Declined()
    return work()
  }
  return { proved, dialog: answer !== undefined && <StepUpDialog onAnswer={answer} /> }
}

function StepUpDialog({ onAnswer }: { onAnswer: (proved: boolean) => void }) {
  const { person } = useSession()
  const factors = useQuery(factorsQuery)
  const [password, setPassword] = useState('')
  const [typed, setProof] = useState<Proof>()
  const app = typeof factors.data?.totp_enrolled_at === 'string'
  const hasPasskey = factors.data !== undefined && factors.data.passkeys.length > 0
  const needsCode = app || hasPasskey
  const proof = typed ?? firstProof(app)
  const stepUp = useMutation({
    mutationFn: async (by: 'password' | 'passkey') => {
      const body = by === 'passkey' ? { passkey: await askPasskey() } : { password, ...(needsCode ? proofBody(proof) : {}) }
      return unwrap(api.POST('/api/v1/auth/step-up', { body }))
    },
    onSuccess: () => onAnswer(true),
    onError: () => setProof({ ...proof, text: '' }),
  })
  const error = stepUp.error
  const wrong = (code: string) => (isProblem(error, code) ? explain(error).title : undefined)
  const ready = password !== '' && factors.isSuccess && (!needsCode || isWhole(proof))
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onAnswer(false)
      }}
      title="Is it still you?"
      description="What comes next is for you alone, so it asks again who you are. For ten minutes it will not ask once more."
      footer={
        <>
          <Button onClick={() => onAnswer(false)}>Cancel</Button>
          <Button type="submit" form="step-up" weight="primary" busy={stepUp.isPending} disabled={!ready}>
            Go on
          </Button>
        </>
      }
    >
      <form
        id="step-up"
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          // A form inside a dialog inside a form: only this one is meant.
          event.stopPropagation()
          if (ready && !stepUp.isPending) stepUp.mutate('password')
        }}
      >
        {stepUp.isError && !isProblem(error, 'wrong_password') && !isProblem(error, 'wrong_code') && (
          <Failure {...explainPasskey(error)} />
        )}
        <input type="email" autoComplete="username" value={person.email} readOnly hidden />
        {hasPasskey && (
          <Button busy={stepUp.isPending} onClick={() => stepUp.mutate('passkey')}>
            Use a passkey
          </Button>
        )}
        <PasswordField
          label={hasPasskey ? 'Or your password' : 'Your password'}
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          error={wrong('wrong_password')}
        />
        {needsCode && <ProofField second app={app} proof={proof} error={wrong('wrong_code')} onChange={setProof} />}
      </form>
    </Dialog>
  )
}
