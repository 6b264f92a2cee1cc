// A secret, the one time it is shown: what it is for, the value to copy, and what to do with it.
import type { ReactNode } from 'react'
import { Button } from './Button.tsx'
import { CopyField } from './CopyField.tsx'
import { Dialog } from './Dialog.tsx'
import { Notice } from './Notice.tsx'

type Props = {
  title: string
  description: string
  /** What the value is called. */
  what: string
  value: string
  onClose: () => void
  children: ReactNode
}

export function ShownOnce({ title, description, what, value, onClose, children }: Props) {
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      title={title}
      description={description}
      footer={
        <Button weight="primary" onClick={onClose}>
          I have kept it
        </Button>
      }
    >
      <div className="flex flex-col gap-3">
        <CopyField what={what} value={value} />
        <Notice tone="warn">{children}</Notice>
      </div>
    </Dialog>
  )
}
