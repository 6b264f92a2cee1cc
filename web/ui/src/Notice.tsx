// Words about a state: something failed, something is worth knowing, nothing is here yet.
import { CircleAlert, Info, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from './Button.tsx'

type NoticeProps = { tone: 'bad' | 'warn' | 'info' | 'ok'; title?: string; children?: ReactNode; action?: ReactNode }

const LOOK = {
  bad: 'bg-bad-soft text-bad',
  warn: 'bg-warn-soft text-warn',
  info: 'bg-info-soft text-info',
  ok: 'bg-ok-soft text-ok',
} as const

export function Notice({ tone, title, children, action }: NoticeProps) {
  const Mark = tone === 'bad' ? CircleAlert : tone === 'warn' ? TriangleAlert : Info
  return (
    <div
      role={tone === 'bad' ? 'alert' : undefined}
      className={`flex items-start gap-2.5 rounded-card px-3 py-2.5 text-13 ${LOOK[tone]}`}
    >
      <Mark size={16} aria-hidden className="mt-px shrink-0" />
      <div className="min-w-0 flex-1">
        {title !== undefined && <p className="font-semibold">{title}</p>}
        {children}
      </div>
      {action}
    </div>
  )
}

type FailureProps = {
  title: string
  detail?: string | undefined
  requestId?: string | undefined
  onRetry?: (() => void) | undefined
}

/** What failed, why, how to try again, and the number to quote when asking for help. */
export function Failure({ title, detail, requestId, onRetry }: FailureProps) {
  return (
    <Notice
      tone="bad"
      title={title}
      action={
        onRetry !== undefined && (
          <Button size="small" onClick={onRetry}>
            Try again
          </Button>
        )
      }
    >
      {detail !== undefined && <p>{detail}</p>}
      {requestId !== undefined && (
        <p className="mt-0.5 text-12">
          Request <code className="font-mono text-11 select-all">{requestId}</code>
        </p>
      )}
    </Notice>
  )
}

type EmptyProps = { icon?: ReactNode; title: string; children?: ReactNode; action?: ReactNode }

export function Empty({ icon, title, children, action }: EmptyProps) {
  return (
    <div className="flex flex-col items-center gap-1 px-6 py-12 text-center">
      {icon !== undefined && (
        <div className="mb-2 flex size-11 items-center justify-center rounded-full bg-surface-2 text-muted" aria-hidden>
          {icon}
        </div>
      )}
      <p className="text-14 font-semibold">{title}</p>
      {children !== undefined && <div className="max-w-72 text-13 text-balance text-muted">{children}</div>}
      {action !== undefined && <div className="mt-3">{action}</div>}
    </div>
  )
}
