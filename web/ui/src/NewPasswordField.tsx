// A new password with an estimate of how hard it is to guess. Pasting and password managers are welcome.
import type { ComponentProps } from 'react'
import { PasswordField } from './PasswordField.tsx'
import { strength } from './strength.ts'

type Props = Omit<ComponentProps<typeof PasswordField>, 'autoComplete' | 'hint'> & {
  typed: string
  /** How many characters it must have. */
  least: number
  known?: readonly string[]
}

const LOOK = ['bg-bad', 'bg-warn', 'bg-ok', 'bg-ok'] as const

export function NewPasswordField({ typed, least, known, ...rest }: Props) {
  const { level, word } = strength(typed, known)
  return (
    <div className="flex flex-col gap-2">
      <PasswordField
        autoComplete="new-password"
        hint={`At least ${String(least)} characters. A few words in a row are easy to keep in mind.`}
        {...rest}
      />
      {typed !== '' && (
        <div className="flex items-center gap-2">
          <div aria-hidden className="flex flex-1 gap-1">
            {LOOK.map((_, at) => (
              <span key={at} className={`h-1 flex-1 rounded-full ${at <= level ? LOOK[level] : 'bg-line'}`} />
            ))}
          </div>
          <p role="status" className="text-12 text-muted">
            {word}
          </p>
        </div>
      )}
    </div>
  )
}
