// The second half of signing in: the password was right, the code is asked for.
import { unwrap } from '@leadkeep/client/api'
import { isProblem } from '@leadkeep/client/problem'
import type { Session } from '@leadkeep/client/shapes'
import { Button } from '@leadkeep/ui/Button'
import { Failure } from '@leadkeep/ui/Notice'
import { useMutation } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { explain } from '../../lib/explain.ts'
import { OutsideFrame } from './OutsideFrame.tsx'
import { isWhole, NO_PROOF, proofBody, type Proof } from './proof.ts'
import { ProofField } from './ProofField.tsx'
import { useWork } from './useWork.tsx'

type SecondFactorFormProps = {
  challenge: string
  onEntered: (session: Session) => void
  onBack: () => void
  /** What came before. */
  after?: 'password' | 'provider'
}

export function SecondFactorForm({ challenge, onEntered, onBack, after = 'password' }: SecondFactorFormProps) {
  const [proof, setProof] = useState(NO_PROOF)
  const input = useRef<HTMLInputElement>(null)
  const work = useWork()
  const enter = useMutation({
    mutationFn: (shown: Proof) =>
      unwrap(work.api.POST('/api/v1/auth/second-factor', { body: { challenge, ...proofBody(shown) } })),
    onSuccess: onEntered,
    onError: () => {
      setProof({ ...proof, text: '' })
      input.current?.focus()
    },
  })
  const over = isProblem(enter.error, 'challenge_not_valid')
  const wrong = isProblem(enter.error, 'wrong_code')
  return (
    <OutsideFrame title="One more step" about={`${after === 'password' ? 'Your password is right' : 'Your provider knows you'}. Show that it is you.`}>
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (isWhole(proof) && !enter.isPending) enter.mutate(proof)
        }}
      >
        {enter.isError && !wrong && <Failure {...explain(enter.error)} />}
        {work.notice}
        {!over && (
          <>
            <ProofField
              proof={proof}
              input={input}
              error={wrong && proof.text === '' ? explain(enter.error).title : undefined}
              onChange={setProof}
              onWhole={(whole) => !enter.isPending && enter.mutate(whole)}
            />
            <Button
              type="submit"
              weight="primary"
              className="h-9"
              busy={enter.isPending}
              disabled={!isWhole(proof) && !enter.isPending}
            >
              {enter.isPending ? 'Signing in…' : 'Sign in'}
            </Button>
          </>
        )}
        <Button onClick={onBack}>{over || after === 'provider' ? 'Begin again' : 'Back to the password'}</Button>
      </form>
    </OutsideFrame>
  )
}
