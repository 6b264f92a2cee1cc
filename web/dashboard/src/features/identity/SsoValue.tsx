// A value that is to be copied somewhere else, and what to say when something about single sign-on failed.
import { Button } from '@leadkeep/ui/Button'
import { toast } from '@leadkeep/ui/Toast'
import { Copy } from 'lucide-react'
import { toastFailure } from '../../lib/explain.ts'
import { Declined } from './useStepUp.tsx'

/** Closing the dialog is no failure. */
export const failed = (what: string) => (error: unknown) => {
  if (!(error instanceof Declined)) toastFailure(what)(error)
}

export function Value({ name, value }: { name: string; value: string }) {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value)
      toast({ text: `${name} copied` })
    } catch {
      toast({ tone: 'bad', text: 'The browser did not allow copying' })
    }
  }
  return (
    <div role="group" aria-label={name} className="flex items-end gap-3">
      <div className="min-w-0 flex-1">
        <p className="text-12 text-muted">{name}</p>
        <code className="font-mono text-12 break-all select-all">{value}</code>
      </div>
      <Button size="small" onClick={() => void copy()}>
        <Copy size={13} aria-hidden />
        Copy<span className="sr-only"> {name.toLowerCase()}</span>
      </Button>
    </div>
  )
}
