// The part of a menu that is only needed once somebody opens one.
import { Menu as Base } from '@base-ui/react/menu'
import { useEffect, useRef, type ReactElement, type ReactNode } from 'react'
import { MenuParts, popupClass } from './Menu.tsx'

export type MenuPopupProps = {
  trigger: ReactElement
  children: ReactNode
  open: boolean
  onOpenChange: (open: boolean) => void
  align: 'start' | 'center' | 'end'
  side: 'top' | 'bottom' | 'inline-end'
}

const PARTS = { Item: Base.Item, Group: Base.Group, GroupLabel: Base.GroupLabel, Separator: Base.Separator }

export function MenuPopup({ trigger, children, open, onOpenChange, align, side }: MenuPopupProps) {
  const popup = useRef<HTMLDivElement>(null)
  // Opened by a shortcut, no pointer and no arrow key has chosen where to begin: at the first line.
  useEffect(() => {
    if (!open) return undefined
    const timer = setTimeout(() => {
      const inside = document.activeElement
      if (popup.current === null || inside !== popup.current) return
      popup.current.querySelector<HTMLElement>('[role^=menuitem]:not([aria-disabled=true])')?.focus()
    })
    return () => clearTimeout(timer)
  }, [open])
  return (
    <Base.Root open={open} onOpenChange={onOpenChange} modal>
      <Base.Trigger render={trigger} />
      <Base.Portal role="region" aria-label="Menu">
        <Base.Positioner className="z-50 outline-none" sideOffset={6} collisionPadding={8} align={align} side={side}>
          <Base.Popup ref={popup} className={`${popupClass} max-h-[min(26rem,var(--available-height))] overflow-y-auto`}>
            <MenuParts value={PARTS}>{children}</MenuParts>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
