// Times, failures and names as people read them.
import { Problem } from '@leadkeep/client/problem'
import type { StaffRole } from '@leadkeep/client/staff'
import { toast } from '@leadkeep/ui/Toast'

const full = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' })
const date = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })

export const fullTime = (at: string) => full.format(Date.parse(at))
export const shortDate = (at: string) => date.format(Date.parse(at))
export const clockTime = (at: string) => clock.format(Date.parse(at))

export function plural(count: number, noun: string, many = `${noun}s`): string {
  return `${String(count)} ${count === 1 ? noun : many}`
}

/** `2 h 05 min`, `14 min`, `under a minute`: what is left until then. */
export function left(until: string, now: number): string {
  const minutes = Math.floor((Date.parse(until) - now) / 60_000)
  if (minutes < 1) return 'under a minute'
  if (minutes < 60) return `${String(minutes)} min`
  return `${String(Math.floor(minutes / 60))} h ${String(minutes % 60).padStart(2, '0')} min`
}

export const ROLE: Record<StaffRole, string> = { support: 'Support', admin: 'Admin', super_admin: 'Super admin' }

export type Explanation = { title: string; detail?: string | undefined; requestId?: string | undefined }

export function explain(error: unknown): Explanation {
  if (!(error instanceof Problem)) {
    return { title: 'Something went wrong', detail: error instanceof Error ? error.message : undefined }
  }
  const { requestId, retryAfter, detail, title } = error
  if (error.code === 'rate_limited' && retryAfter !== undefined) {
    return { title: 'Too many attempts', detail: `Try again in ${plural(retryAfter, 'second')}.`, requestId }
  }
  if (error.status !== 0 && detail !== undefined) return { title: detail, requestId }
  return { title, detail, requestId }
}

export function toastFailure(what: string) {
  return (error: unknown) => {
    if (error instanceof Declined) return
    const { title, detail } = explain(error)
    toast({ tone: 'bad', text: what, detail: detail ?? title })
  }
}

/** The dialog that asks for a proof was closed: no failure. */
export class Declined extends Error {}
