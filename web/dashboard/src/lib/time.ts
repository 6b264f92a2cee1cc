// Times as people read them. The clock is a parameter, so tests can hold it.

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const weekday = new Intl.DateTimeFormat('en-GB', { weekday: 'short' })
const dayMonth = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })
const dayLong = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long' })
const full = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' })
const date = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })

/** `now`, `4m`, `3h`, `Tue`, `12 Nov`: for lists. */
export function shortAgo(at: string, now: number): string {
  const then = Date.parse(at)
  const passed = now - then
  if (passed < MINUTE) return 'now'
  if (passed < HOUR) return `${Math.floor(passed / MINUTE)}m`
  if (passed < DAY) return `${Math.floor(passed / HOUR)}h`
  if (passed < 6 * DAY) return weekday.format(then)
  return dayMonth.format(then)
}

/** `just now`, `4 minutes ago`, `yesterday at 14:05`, `12 Nov 2026`: for sentences. */
export function longAgo(at: string, now: number): string {
  const then = Date.parse(at)
  const passed = now - then
  if (passed < MINUTE) return 'just now'
  if (passed < HOUR) return plural(Math.floor(passed / MINUTE), 'minute') + ' ago'
  if (startOfDay(then) === startOfDay(now)) return plural(Math.floor(passed / HOUR), 'hour') + ' ago'
  if (startOfDay(then) === startOfDay(startOfDay(now) - 1)) return `yesterday at ${clock.format(then)}`
  return date.format(then)
}

export function clockTime(at: string): string {
  return clock.format(Date.parse(at))
}

export function fullTime(at: string): string {
  return full.format(Date.parse(at))
}

export function shortDate(at: string): string {
  return date.format(Date.parse(at))
}

/** `Today`, `Yesterday`, `Monday 16 November`: between the days of a thread. */
export function dayMark(at: string, now: number): string {
  const day = startOfDay(Date.parse(at))
  if (day === startOfDay(now)) return 'Today'
  if (day === startOfDay(startOfDay(now) - 1)) return 'Yesterday'
  return dayLong.format(day)
}

/** `until 16:00`, `until tomorrow 09:00`, `until Mon 09:00`, `until 3 Dec`. */
export function untilTime(at: string, now: number): string {
  const then = Date.parse(at)
  const days = Math.round((startOfDay(then) - startOfDay(now)) / DAY)
  if (days <= 0) return `until ${clock.format(then)}`
  if (days === 1) return `until tomorrow ${clock.format(then)}`
  if (days < 7) return `until ${weekday.format(then)} ${clock.format(then)}`
  return `until ${dayMonth.format(then)}`
}

export function startOfDay(at: number): number {
  const day = new Date(at)
  day.setHours(0, 0, 0, 0)
  return day.getTime()
}

export function plural(count: number, noun: string, many = `${noun}s`): string {
  return `${String(count)} ${count === 1 ? noun : many}`
}
