// A name for something that shows only a picture.
import { Tooltip as Base } from '@base-ui/react/tooltip'
import type { ReactElement, ReactNode } from 'react'

type TooltipProps = { text: ReactNode; children: ReactElement; side?: 'top' | 'bottom' | 'inline-end'; disabled?: boolean }

export function Tooltip({ text, children, side, disabled }: TooltipProps) {
  return (
    <Base.Root {...(disabled === undefined ? {} : { disabled })}>
      <Base.Trigger render={children} delay={250} />
      <Base.Portal>
        <Base.Positioner side={side ?? 'inline-end'} sideOffset={8} className="z-60">
          <Base.Popup className="pop rounded-control bg-text px-2 py-1 text-12 font-medium text-bg shadow-lift">{text}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
