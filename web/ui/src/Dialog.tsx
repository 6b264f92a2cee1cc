// Dialogs: a modal card, a question with two answers, and a drawer from the inline end.
import { Dialog as Base } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import { useRef, type ReactNode } from 'react'
import { Button, IconButton } from './Button.tsx'

const SCRIM =
  'fixed inset-0 z-40 bg-scrim transition-opacity duration-100 data-starting-style:opacity-0 data-ending-style:opacity-0'

type DialogProps = {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  description?: ReactNode
  children?: ReactNode
  footer?: ReactNode
  wide?: boolean
}

export function Dialog({ open, onOpenChange, title, description, children, footer, wide }: DialogProps) {
  const popup = useRef<HTMLDivElement>(null)
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Portal>
        <Base.Backdrop className={SCRIM} />
        <Base.Popup
          ref={popup}
          // The first field, or the dialog itself: never a button that Enter would press.
          initialFocus={() =>
            popup.current?.querySelector<HTMLElement>('input:not([hidden]), textarea') ?? popup.current
          }
          className={`pop fixed start-1/2 top-[12vh] z-50 flex max-h-[76vh] w-[calc(100vw-2rem)] -translate-x-1/2 flex-col rounded-dialog bg-surface shadow-lift outline-none rtl:translate-x-1/2 ${wide === true ? 'max-w-2xl' : 'max-w-md'}`}
        >
          <div className="flex items-start gap-3 px-5 pt-4">
            <Base.Title className="flex-1 pt-1 text-16 font-semibold">{title}</Base.Title>
            <Base.Close render={<IconButton label="Close" className="-me-2" />}>
              <X size={16} aria-hidden />
            </Base.Close>
          </div>
          {description !== undefined && (
            <Base.Description className="px-5 pt-1 text-13 text-muted">{description}</Base.Description>
          )}
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4">{children}</div>
          {footer !== undefined && (
            <div className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3">{footer}</div>
          )}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}

type ConfirmProps = {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  description: ReactNode
  action: string
  busy?: boolean
  danger?: boolean
  onConfirm: () => void
}

export function Confirm({ open, onOpenChange, title, description, action, busy, danger, onConfirm }: ConfirmProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={title}
      description={description}
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          <Button weight={danger === true ? 'danger' : 'primary'} busy={busy === true} onClick={onConfirm}>
            {action}
          </Button>
        </>
      }
    />
  )
}

type DrawerProps = { open: boolean; onOpenChange: (open: boolean) => void; title: string; children: ReactNode }

export function Drawer({ open, onOpenChange, title, children }: DrawerProps) {
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Portal>
        <Base.Backdrop className={SCRIM} />
        <Base.Popup className="slide fixed inset-y-0 end-0 z-50 flex w-[min(20rem,calc(100vw-3rem))] flex-col border-s border-line bg-surface shadow-lift outline-none">
          <div className="flex h-12 shrink-0 items-center justify-between border-b border-line ps-4 pe-2">
            <Base.Title className="text-14 font-semibold">{title}</Base.Title>
            <Base.Close render={<IconButton label="Close" />}>
              <X size={16} aria-hidden />
            </Base.Close>
          </div>
          <div className="min-h-0 flex-1 overflow-y-auto">{children}</div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}
