// An API key, the one time it is shown.
import type { MadeApiKey } from '@leadkeep/client/shapes'
import { Button } from '@leadkeep/ui/Button'
import { Dialog } from '@leadkeep/ui/Dialog'
import { Field, inputClass } from '@leadkeep/ui/Field'
import { Notice } from '@leadkeep/ui/Notice'
import { toast } from '@leadkeep/ui/Toast'
import { Copy } from 'lucide-react'

export function KeyOnce({ made, onClose }: { made: MadeApiKey; onClose: () => void }) {
  async function copy() {
    try {
      await navigator.clipboard.writeText(made.key)
      toast({ text: 'API key copied' })
    } catch {
      toast({ tone: 'bad', text: 'The browser did not allow copying' })
    }
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      title="Your API key"
      description={`“${made.api_key.name}” is ready. Programs send it as Authorization: Bearer.`}
      footer={
        <Button weight="primary" onClick={onClose}>
          I have kept it
        </Button>
      }
    >
      <div className="flex flex-col gap-3">
        <Field label="API key">
          {(wiring) => (
            <div className="flex gap-2">
              <input
                readOnly
                value={made.key}
                className={`${inputClass} font-mono text-12`}
                onFocus={(event) => event.target.select()}
                {...wiring}
              />
              <Button className="h-9" onClick={() => void copy()}>
                <Copy size={14} aria-hidden />
                Copy
              </Button>
            </div>
          )}
        </Field>
        <Notice tone="warn">
          This is the only time the key is shown. Keep it where your program reads its secrets, never in its code or in
          a web page.
        </Notice>
      </div>
    </Dialog>
  )
}
