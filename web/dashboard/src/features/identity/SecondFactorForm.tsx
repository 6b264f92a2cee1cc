// The second half of signing in: the password was right, the code is asked for.
import { unwrap } from '@leadkeep/client/api'
import { isProblem } from '@leadkeep/client/problem'
import type { Challenge, PasskeyRequest, Session } from '@leadkeep/client/shapes'
import { Button } from '@leadkeep/ui/Button'
import { Failure } from '@leadkeep/ui/Notice'
import { useMutation } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { explain } from '../../lib/explain.ts'
import { LostFactors } from './LostFactors.tsx'
import { OutsideFrame } from './OutsideFrame.tsx'
import { assertion, explainPasskey, hasPasskeys } from './passkey.ts'
import { firstProof, isWhole, proofBody, type Proof } from './proof.ts'
import { ProofField } from './ProofField.tsx'
import { useWork } from './useWork.tsx'

type SecondFactorFormProps = {
  challenge: Challenge
  onEntered: (session: Session) => void
  onBack: () => void
  /** What came before. */
  after?: 'password' | 'provider'
}

export function SecondFactorForm({ challenge, onEntered, onBack, after = 'password' }: SecondFactorFormProps) {
  const [proof, setProof] = useState(firstProof(challenge.app))
  const [lost, setLost] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  const work = useWork()
  const enter = useMutation({
    mutationFn: async (shown: Proof | PasskeyRequest) => {
      const by = 'kind' in shown ? proofBody(shown) : { passkey: await assertion(shown) }
      return unwrap(work.api.POST('/api/v1/auth/second-factor', { body: { challenge: challenge.challenge, ...by } }))
    },
    onSuccess: onEntered,
    onError: () => {
      setProof({ ...proof, text: '' })
      input.current?.focus()
    },
  })
  // A passkey's answer spends what was asked, and there is no second question in one sign-in.
  const over = isProblem(enter.error, 'challenge_not_valid')
  const spent = isProblem(enter.error, 'passkey_not_accepted')
  const asked = hasPasskeys && !spent ? (challenge.passkey ?? undefined) : undefined
  const wrong = isProblem(enter.error, 'wrong_code')
  if (lost) return <LostFactors challenge={challenge.challenge} onBack={() => setLost(false)} />
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
        {enter.isError && !wrong && <Failure {...explainPasskey(enter.error)} />}
        {work.notice}
        {!over && (
          <>
            {asked !== undefined && (
              <Button className="h-9" weight="primary" busy={enter.isPending} onClick={() => enter.mutate(asked)}>
                Use a passkey
              </Button>
            )}
            <ProofField
              app={challenge.app}
              second={asked !== undefined}
              proof={proof}
              input={input}
              error={wrong && proof.text === '' ? explain(enter.error).title : undefined}
              onChange={setProof}
              onWhole={(whole) => !enter.isPending && enter.mutate(whole)}
            />
            <Button
              type="submit"
              weight={asked === undefined ? 'primary' : 'secondary'}
              className="h-9"
              busy={enter.isPending}
              disabled={!isWhole(proof) && !enter.isPending}
            >
              {enter.isPending ? 'Signing in…' : 'Sign in'}
            </Button>
          </>
        )}
        {!over && after === 'password' && <Button onClick={() => setLost(true)}>I have lost all of these</Button>}
        <Button onClick={onBack}>{over || after === 'provider' ? 'Begin again' : 'Back to the password'}</Button>
      </form>
    </OutsideFrame>
  )
}
