// Toasts: results of one's own actions, bottom end; good news leaves by itself, bad news stays.
import { X } from 'lucide-react'
import { useEffect, useSyncExternalStore } from 'react'
import { Button, IconButton } from './Button.tsx'

export type ToastRequest = {
  tone?: 'ok' | 'bad'
  text: string
  detail?: string | undefined
  action?: { label: string; run: () => void }
}
type Shown = ToastRequest & { id: number }

let shown: readonly Shown[] = []
let nextId = 1
const listeners = new Set<() => void>()

function set(next: readonly Shown[]) {
  shown = next
  for (const listener of listeners) listener()
}

export function toast(request: ToastRequest): void {
  set([...shown.slice(-2), { ...request, id: nextId++ }])
}

export function clearToasts(): void {
  set([])
}

function dismiss(id: number) {
  set(shown.filter((each) => each.id !== id))
}

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

export function Toasts() {
  const list = useSyncExternalStore(subscribe, () => shown)
  return (
    <div className="pointer-events-none fixed inset-x-4 bottom-4 z-60 flex flex-col items-end gap-2 max-[720px]:bottom-18">
      <div role="status" aria-live="polite" className="contents">
        {list
          .filter((each) => each.tone !== 'bad')
          .map((each) => (
            <Line key={each.id} toast={each} />
          ))}
      </div>
      <div role="alert" className="contents">
        {list
          .filter((each) => each.tone === 'bad')
          .map((each) => (
            <Line key={each.id} toast={each} />
          ))}
      </div>
    </div>
  )
}

function Line({ toast: { id, tone, text, detail, action } }: { toast: Shown }) {
  useEffect(() => {
    if (tone === 'bad') return undefined
    const timer = setTimeout(() => dismiss(id), 5000)
    return () => clearTimeout(timer)
  }, [id, tone])
  return (
    <div className="pointer-events-auto flex max-w-96 items-center gap-2 rounded-card border border-line bg-surface py-2 ps-3.5 pe-2 text-13 shadow-lift">
      <span aria-hidden className={`size-2 shrink-0 rounded-full ${tone === 'bad' ? 'bg-bad-fill' : 'bg-ok-mark'}`} />
      <div className="min-w-0 flex-1">
        <p className="font-medium">{text}</p>
        {detail !== undefined && <p className="text-12 text-muted">{detail}</p>}
      </div>
      {action !== undefined && (
        <Button
          size="small"
          weight="quiet"
          className="text-accent-text!"
          onClick={() => {
            dismiss(id)
            action.run()
          }}
        >
          {action.label}
        </Button>
      )}
      <IconButton label="Dismiss" className="size-6" onClick={() => dismiss(id)}>
        <X size={14} aria-hidden />
      </IconButton>
    </div>
  )
}
