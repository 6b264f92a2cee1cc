// When a snoozed conversation may come back.

export type SnoozeChoice = { label: string; until: Date }

/** The next full hour in three hours, tomorrow, next Monday, in a week; mornings are at nine. */
export function snoozeChoices(now: Date): SnoozeChoice[] {
  const later = new Date(now)
  later.setHours(now.getHours() + 3, 0, 0, 0)
  const untilMonday = (8 - now.getDay()) % 7 || 7
  const choices = [
    { label: 'Tomorrow morning', until: morning(now, 1) },
    { label: 'Monday morning', until: morning(now, untilMonday) },
    { label: 'In a week', until: morning(now, 7) },
  ]
  const apart = choices.filter((each, index) => choices.findIndex((other) => +other.until === +each.until) === index)
  return later.getDate() === now.getDate() ? [{ label: 'Later today', until: later }, ...apart] : apart
}

function morning(now: Date, days: number): Date {
  const day = new Date(now)
  day.setDate(now.getDate() + days)
  day.setHours(9, 0, 0, 0)
  return day
}
