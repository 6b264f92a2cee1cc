// On or off, with its label and a line about what it does.
import { Switch as Base } from '@base-ui/react/switch'
import { useId, type ReactNode } from 'react'

type SwitchProps = {
  label: string
  hint?: ReactNode
  checked: boolean
  onChange: (checked: boolean) => void
  disabled?: boolean
}

export function Switch({ label, hint, checked, onChange, disabled }: SwitchProps) {
  const id = useId()
  return (
    <div className="flex items-start justify-between gap-4">
      <div>
        <p id={id} className="text-13 font-medium">
          {label}
        </p>
        {hint !== undefined && (
          <p id={`${id}-hint`} className="text-12 text-muted">
            {hint}
          </p>
        )}
      </div>
      <Base.Root
        checked={checked}
        onCheckedChange={onChange}
        aria-labelledby={id}
        {...(hint === undefined ? {} : { 'aria-describedby': `${id}-hint` })}
        {...(disabled === undefined ? {} : { disabled })}
        className="flex h-6 w-10 shrink-0 items-center rounded-full border border-control bg-surface-2 p-0.5 transition-colors duration-100 data-checked:border-accent data-checked:bg-accent data-disabled:opacity-50"
      >
        <Base.Thumb className="block size-4.5 rounded-full bg-control shadow-rise transition-transform duration-100 data-checked:translate-x-4 data-checked:bg-white rtl:data-checked:-translate-x-4" />
      </Base.Root>
    </div>
  )
}
