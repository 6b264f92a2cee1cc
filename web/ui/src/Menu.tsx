// A menu of actions behind a button, with optional groups, check marks and keyboard hints.
import { Menu as Base } from '@base-ui/react/menu'
import { Check } from 'lucide-react'
import type { ReactElement, ReactNode } from 'react'

export const popupClass = 'pop z-50 min-w-44 rounded-card border border-line bg-surface p-1 text-13 shadow-lift outline-none'
export const itemClass =
  'flex min-h-8 items-center gap-2 rounded-[5px] px-2 py-1 outline-none select-none data-highlighted:bg-surface-2 data-disabled:opacity-50'

type MenuProps = {
  trigger: ReactElement
  children: ReactNode
  open?: boolean
  onOpenChange?: (open: boolean) => void
  align?: 'start' | 'center' | 'end'
  side?: 'top' | 'bottom' | 'inline-end'
}

export function Menu({ trigger, children, open, onOpenChange, align, side }: MenuProps) {
  return (
    <Base.Root
      {...(open === undefined ? {} : { open })}
      {...(onOpenChange === undefined ? {} : { onOpenChange })}
      modal={false}
    >
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner className="z-50 outline-none" sideOffset={6} align={align ?? 'start'} side={side ?? 'bottom'}>
          <Base.Popup className={`${popupClass} max-h-[min(24rem,var(--available-height))] overflow-y-auto`}>{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

type ItemProps = {
  onSelect: () => void
  children: ReactNode
  icon?: ReactNode
  hint?: ReactNode
  checked?: boolean
  danger?: boolean
  disabled?: boolean
}

export function MenuItem({ onSelect, children, icon, hint, checked, danger, disabled }: ItemProps) {
  return (
    <Base.Item
      className={`${itemClass} ${danger === true ? 'text-bad' : ''}`}
      onClick={onSelect}
      {...(disabled === undefined ? {} : { disabled })}
    >
      {icon !== undefined && <span className="flex w-4 shrink-0 justify-center text-muted">{icon}</span>}
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {hint !== undefined && <span className="ps-4 text-12 text-muted">{hint}</span>}
      {checked === true && <Check size={14} className="text-accent-text" aria-label="selected" />}
    </Base.Item>
  )
}

export function MenuGroup({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Base.Group>
      <Base.GroupLabel className="px-2 pt-1.5 pb-1 text-11 font-medium text-muted">{label}</Base.GroupLabel>
      {children}
    </Base.Group>
  )
}

export function MenuLine() {
  return <Base.Separator className="-mx-1 my-1 h-px bg-line" />
}
