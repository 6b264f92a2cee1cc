// A link that is shown once.
import type { StaffMemberWithLink } from '@leadkeep/client/staff'
import { Button } from '@leadkeep/ui/Button'
import { Dialog } from '@leadkeep/ui/Dialog'
import { toast } from '@leadkeep/ui/Toast'
import { fullTime } from '../words.ts'

export function LinkDialog({ made, onClose }: { made: StaffMemberWithLink; onClose: () => void }) {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(made.link)
      toast({ text: 'The link is copied' })
    } catch {
      toast({ tone: 'bad', text: 'The browser did not allow copying', detail: 'Select the link and copy it yourself.' })
    }
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      title={`The link for ${made.staff.name}`}
      description={`Shown once. It works once, until ${fullTime(made.expires_at)}, on a machine that reaches this page. Hand it over so that nobody else reads it.`}
      footer={
        <>
          <Button onClick={() => void copy()}>Copy</Button>
          <Button weight="primary" onClick={onClose}>
            Done
          </Button>
        </>
      }
    >
      <p className="rounded-card border border-line bg-bg px-3 py-2 font-mono text-12 break-all select-all">
        {made.link}
      </p>
    </Dialog>
  )
}
