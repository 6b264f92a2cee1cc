// How a thread is laid out: day markers, who speaks on, where the unread part begins, which reply carries the mark.
import type { Message } from '@leadkeep/client/shapes'
import { startOfDay } from '../../lib/time.ts'

export type Line = { message: Message; newDay: boolean; first: boolean; unreadFrom: boolean; marked: boolean }

const TOGETHER_MS = 5 * 60_000

export function layOut(messages: readonly Message[], unreadFrom: number | undefined): Line[] {
  const marked = messages.findLast((each) => each.kind === 'reply' && each.author.kind !== 'visitor')
  return messages.map((message, index) => {
    const before = messages[index - 1]
    const newDay =
      before === undefined || startOfDay(Date.parse(before.created_at)) !== startOfDay(Date.parse(message.created_at))
    const atUnread = message.seq === unreadFrom
    return {
      message,
      newDay,
      first: newDay || atUnread || before === undefined || !speaksOn(before, message),
      unreadFrom: atUnread,
      marked: message === marked,
    }
  })
}

export function speaksOn(before: Message, message: Message): boolean {
  return (
    before.kind === 'reply' &&
    message.kind === 'reply' &&
    before.author.kind === message.author.kind &&
    before.author.id === message.author.id &&
    Date.parse(message.created_at) - Date.parse(before.created_at) < TOGETHER_MS
  )
}

/** The number of the first message that was unread when the thread was opened. */
export function firstUnread(messages: readonly Message[], unread: number): number | undefined {
  if (unread <= 0) return undefined
  return messages.filter((each) => each.author.kind === 'visitor' && each.kind === 'reply').at(-unread)?.seq
}
