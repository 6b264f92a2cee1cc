// Small marks: counts, chips, keys, skeletons.
import type { ReactNode } from 'react'

type Tone = 'neutral' | 'accent' | 'ok' | 'warn' | 'bad' | 'info'

const TONE: Record<Tone, string> = {
  neutral: 'bg-surface-2 text-muted',
  accent: 'bg-accent-soft text-accent-text',
  ok: 'bg-ok-soft text-ok',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
  info: 'bg-info-soft text-info',
}

export function Chip({ tone = 'neutral', icon, children }: { tone?: Tone; icon?: ReactNode; children: ReactNode }) {
  return (
    <span
      className={`inline-flex h-5 shrink-0 items-center gap-1 rounded-[5px] px-1.5 text-11 font-medium ${TONE[tone]}`}
    >
      {icon}
      {children}
    </span>
  )
}

export function Count({ value, label, strong }: { value: number; label: string; strong?: boolean }) {
  if (value === 0) return null
  return (
    <span
      className={`inline-flex h-4.5 min-w-4.5 shrink-0 items-center justify-center rounded-full px-1 text-11 font-semibold tabular-nums ${strong === true ? 'bg-accent text-white' : 'text-muted'}`}
    >
      <span aria-hidden>{value > 99 ? '99+' : value}</span>
      <span className="sr-only">{`${value} ${label}`}</span>
    </span>
  )
}

export function Key({ children }: { children: ReactNode }) {
  return (
    <kbd className="inline-flex h-5 min-w-5 items-center justify-center rounded-[4px] border border-line bg-surface-2 px-1 font-sans text-11 text-muted">
      {children}
    </kbd>
  )
}

export function Skeleton({ className }: { className: string }) {
  return <span aria-hidden className={`skeleton late block ${className}`} />
}

/** Says once, to screen readers, that something is on its way. */
export function Loading({ what, children }: { what: string; children: ReactNode }) {
  return (
    <div role="status" aria-label={`Loading ${what}`} className="contents">
      {children}
    </div>
  )
}
