// A labelled control: label, control, hint or error, tied together for screen readers.
import { useId, type ComponentProps, type ReactNode } from 'react'

export const inputClass =
  'h-9 w-full rounded-control border border-control bg-surface px-2.5 text-14 text-text shadow-rise aria-invalid:border-bad disabled:opacity-60'

type Wiring = { id: string; 'aria-describedby'?: string; 'aria-invalid'?: true }

type FieldProps = {
  label: string
  hint?: ReactNode
  error?: string | undefined
  optional?: boolean
  children: (wiring: Wiring) => ReactNode
}

export function Field({ label, hint, error, optional, children }: FieldProps) {
  const id = useId()
  const noteId = `${id}-note`
  const described = error !== undefined || hint !== undefined
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="text-13 font-medium">
        {label}
        {optional === true && <span className="font-normal text-muted"> (optional)</span>}
      </label>
      {children({
        id,
        ...(described ? { 'aria-describedby': noteId } : {}),
        ...(error === undefined ? {} : { 'aria-invalid': true as const }),
      })}
      {described && (
        <p id={noteId} className={`text-12 ${error === undefined ? 'text-muted' : 'text-bad'}`}>
          {error ?? hint}
        </p>
      )}
    </div>
  )
}

type TextFieldProps = Omit<ComponentProps<'input'>, 'id'> & Omit<FieldProps, 'children'>

export function TextField({ label, hint, error, optional, className, ...rest }: TextFieldProps) {
  return (
    <Field
      label={label}
      error={error}
      {...(hint === undefined ? {} : { hint })}
      {...(optional === undefined ? {} : { optional })}
    >
      {(wiring) => <input className={`${inputClass} ${className ?? ''}`} {...wiring} {...rest} />}
    </Field>
  )
}
