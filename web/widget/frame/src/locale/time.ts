// Times and days as the visitor's language writes them.

export const clock = (tag: string, at: string): string =>
  new Intl.DateTimeFormat(tag, { hour: 'numeric', minute: '2-digit' }).format(new Date(at))

export const dayAndClock = (tag: string, at: string): string =>
  new Intl.DateTimeFormat(tag, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(at))

const midnight = (date: Date): number => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime()

/** "today", "yesterday", or the date. */
export function day(tag: string, at: string, now: Date = new Date()): string {
  const date = new Date(at)
  const ago = Math.round((midnight(now) - midnight(date)) / 86_400_000)
  if (ago === 0 || ago === 1) return new Intl.RelativeTimeFormat(tag, { numeric: 'auto' }).format(-ago, 'day')
  return new Intl.DateTimeFormat(tag, { dateStyle: 'long' }).format(date)
}

export const sameDay = (one: string, other: string): boolean => midnight(new Date(one)) === midnight(new Date(other))
