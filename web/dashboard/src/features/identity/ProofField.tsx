// The field for a code, which turns into one for a recovery code.
import { Field, inputClass } from '@leadkeep/ui/Field'
import { useState, type RefObject } from 'react'
import { isWhole, type Proof } from './proof.ts'

type ProofFieldProps = {
  proof: Proof
  /** Whether there is an app: otherwise recovery codes only. */
  app: boolean
  error: string | undefined
  input?: RefObject<HTMLInputElement | null>
  onChange: (proof: Proof) => void
  /** Called when the sixth digit is there: nobody should have to press a button for it. */
  onWhole?: (proof: Proof) => void
  /** Another field comes first, and has the focus. */
  second?: boolean
}

export function ProofField({ proof, app: hasApp, error, input, onChange, onWhole, second }: ProofFieldProps) {
  const [switched, setSwitched] = useState(false)
  const app = proof.kind === 'app'
  return (
    <div className="flex flex-col gap-2">
      <Field
        label={app ? 'Code from your app' : 'Recovery code'}
        hint={app ? 'Six digits; a new code comes every 30 seconds.' : 'One of the ten codes you kept. Each works once.'}
        error={error}
      >
        {(wiring) => (
          <input
            // Another field, not the same one with other words: password managers fill by what it is.
            key={proof.kind}
            ref={input}
            name={app ? 'code' : 'recovery_code'}
            inputMode={app ? 'numeric' : 'text'}
            autoComplete={app ? 'one-time-code' : 'off'}
            autoCapitalize="off"
            spellCheck={false}
            autoFocus={second !== true || switched}
            maxLength={64}
            value={proof.text}
            onChange={(event) => {
              const next = { ...proof, text: event.target.value }
              onChange(next)
              if (app && isWhole(next) && !isWhole(proof)) onWhole?.(next)
            }}
            className={`${inputClass} font-mono ${app ? 'tracking-[0.3em]' : ''}`}
            {...wiring}
          />
        )}
      </Field>
      {hasApp && (
        <button
          type="button"
          className="self-start rounded-control text-13 text-accent-text underline-offset-2 hover:underline"
          onClick={() => {
            setSwitched(true)
            onChange({ kind: app ? 'recovery' : 'app', text: '' })
          }}
        >
          {app ? 'Use a recovery code' : 'Use the code from your app'}
        </button>
      )}
    </div>
  )
}
