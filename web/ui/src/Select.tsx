// One choice out of a few.
import { Select as Base } from '@base-ui/react/select'
import { Check, ChevronDown } from 'lucide-react'
import { itemClass, popupClass } from './Menu.tsx'

export type Choice<T extends string> = { value: T; label: string; hint?: string; disabled?: boolean }

type SelectProps<T extends string> = {
  label: string
  value: T
  choices: readonly Choice<T>[]
  onChange: (value: T) => void
  disabled?: boolean
  id?: string
  small?: boolean
}

export function Select<T extends string>({ label, value, choices, onChange, disabled, id, small }: SelectProps<T>) {
  return (
    <Base.Root
      items={choices.map((choice) => ({ value: choice.value, label: choice.label }))}
      value={value}
      onValueChange={(next) => {
        if (next !== null) onChange(next)
      }}
      modal={false}
      {...(disabled === undefined ? {} : { disabled })}
    >
      <Base.Trigger
        aria-label={label}
        {...(id === undefined ? {} : { id })}
        className={`flex w-full items-center justify-between gap-2 rounded-control border border-control bg-surface px-2.5 text-start shadow-rise hover:bg-surface-2 data-disabled:opacity-60 ${small === true ? 'h-8 text-13' : 'h-9 text-14'}`}
      >
        <Base.Value className="truncate" />
        <Base.Icon>
          <ChevronDown size={14} className="text-muted" aria-hidden />
        </Base.Icon>
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner className="z-50 outline-none" sideOffset={4} alignItemWithTrigger={false}>
          <Base.Popup className={`${popupClass} min-w-(--anchor-width)`}>
            {choices.map((choice) => (
              <Base.Item
                key={choice.value}
                value={choice.value}
                className={itemClass}
                {...(choice.disabled === undefined ? {} : { disabled: choice.disabled })}
              >
                <span className="flex-1">
                  <Base.ItemText>{choice.label}</Base.ItemText>
                  {choice.hint !== undefined && (
                    <span className="block max-w-64 text-12 text-muted">{choice.hint}</span>
                  )}
                </span>
                <Base.ItemIndicator>
                  <Check size={14} className="text-accent-text" aria-hidden />
                </Base.ItemIndicator>
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
