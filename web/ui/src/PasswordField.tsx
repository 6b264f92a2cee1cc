// A password, with a way to look at it.
import { IconButton } from '@leadkeep/ui/Button'
import { Field, inputClass } from '@leadkeep/ui/Field'
import { Eye, EyeOff } from 'lucide-react'
import { useState, type ComponentProps, type ReactNode } from 'react'

type PasswordFieldProps = Omit<ComponentProps<'input'>, 'type' | 'id'> & {
  label: string
  error: string | undefined
  hint?: ReactNode
  autoComplete: 'current-password' | 'new-password'
}

export function PasswordField({ label, error, hint, ...rest }: PasswordFieldProps) {
  const [visible, setVisible] = useState(false)
  return (
    <Field label={label} error={error} {...(hint === undefined ? {} : { hint })}>
      {(wiring) => (
        <div className="relative">
          <input
            type={visible ? 'text' : 'password'}
            spellCheck={false}
            className={`${inputClass} pe-10`}
            {...wiring}
            {...rest}
          />
          <IconButton
            label={visible ? 'Hide password' : 'Show password'}
            className="absolute end-0.5 top-0.5"
            onClick={() => setVisible(!visible)}
          >
            {visible ? <EyeOff size={16} aria-hidden /> : <Eye size={16} aria-hidden />}
          </IconButton>
        </div>
      )}
    </Field>
  )
}
