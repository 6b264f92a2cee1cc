// A menu of actions behind a button, with optional groups, check marks and keyboard hints.
import type { Menu as Base } from '@base-ui/react/menu'
import { Check } from 'lucide-react'
import {
  cloneElement,
  createContext,
  lazy,
  Suspense,
  useContext,
  useState,
  type ReactElement,
  type ReactNode,
} from 'react'

export const popupClass =
  'pop z-50 min-w-44 rounded-card border border-line bg-surface p-1 text-13 shadow-lift outline-none'
export const itemClass =
  'flex min-h-8 items-center gap-2 rounded-[5px] px-2 py-1 outline-none select-none data-highlighted:bg-surface-2 data-disabled:opacity-50'

type Parts = Pick<typeof Base, 'Item' | 'Group' | 'GroupLabel' | 'Separator'>

/** Filled by the popup, which is fetched when the pointer or the focus first comes near a menu. */
export const MenuParts = createContext<Parts | null>(null)

const load = () => import('./MenuPopup.tsx')
export const warmMenus = () => void load().catch(() => undefined)
const MenuPopup = lazy(() => load().then((module) => ({ default: module.MenuPopup })))

type TriggerProps = {
  onClick?: () => void
  onPointerEnter?: () => void
  onFocus?: () => void
  'aria-haspopup'?: 'menu'
  'aria-expanded'?: boolean
}

type MenuProps = {
  trigger: ReactElement<TriggerProps>
  children: ReactNode
  open?: boolean
  onOpenChange?: (open: boolean) => void
  align?: 'start' | 'center' | 'end'
  side?: 'top' | 'bottom' | 'inline-end'
}

export function Menu({ trigger, children, open, onOpenChange, align = 'start', side = 'bottom' }: MenuProps) {
  const [own, setOwn] = useState(false)
  const [used, setUsed] = useState(false)
  const isOpen = open ?? own
  const set = onOpenChange ?? setOwn
  if (isOpen && !used) setUsed(true)
  const closed = cloneElement(trigger, {
    'aria-haspopup': 'menu',
    'aria-expanded': false,
    onClick: () => set(true),
    onPointerEnter: warmMenus,
    onFocus: warmMenus,
  })
  if (!used) return closed
  return (
    <Suspense fallback={closed}>
      <MenuPopup trigger={trigger} open={isOpen} onOpenChange={set} align={align} side={side}>
        {children}
      </MenuPopup>
    </Suspense>
  )
}

function useParts(): Parts {
  const parts = useContext(MenuParts)
  if (parts === null) throw new Error('This belongs into a menu')
  return parts
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
  const { Item } = useParts()
  return (
    <Item
      className={`${itemClass} ${danger === true ? 'text-bad' : ''}`}
      onClick={onSelect}
      {...(disabled === undefined ? {} : { disabled })}
    >
      {icon !== undefined && <span className="flex w-5 shrink-0 justify-center text-muted">{icon}</span>}
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {hint !== undefined && <span className="ps-4 text-12 text-muted">{hint}</span>}
      {checked === true && <Check size={14} className="text-accent-text" aria-label="selected" />}
    </Item>
  )
}

export function MenuGroup({ label, children }: { label: string; children: ReactNode }) {
  const { Group, GroupLabel } = useParts()
  return (
    <Group>
      <GroupLabel className="px-2 pt-1.5 pb-1 text-11 font-medium text-muted">{label}</GroupLabel>
      {children}
    </Group>
  )
}

export function MenuLine() {
  const { Separator } = useParts()
  return <Separator className="-mx-1 my-1 h-px bg-line" />
}
