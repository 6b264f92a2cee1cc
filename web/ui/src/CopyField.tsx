// A value that is shown once, in a field to read and a button to copy it.
import { Copy } from 'lucide-react'
import { Button } from './Button.tsx'
import { Field, inputClass } from './Field.tsx'
import { toast } from './Toast.tsx'

/** `what` is said when it was copied: "Link", "API key". */
export function CopyField({ what, value }: { what: string; value: string }) {
  async function copy() {
    try {
      await navigator.clipboard.writeText(value)
      toast({ text: `${what} copied` })
    } catch {
      toast({ tone: 'bad', text: 'The browser did not allow copying' })
    }
  }
  return (
    <Field label={what}>
      {(wiring) => (
        <div className="flex gap-2">
          <input
            readOnly
            value={value}
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
  )
}
