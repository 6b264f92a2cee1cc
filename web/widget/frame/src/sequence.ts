// The order of messages: a number that is not the next one says that something is missing.
import type { Message } from './shapes.ts'

export function judge(last: number, seq: number): 'next' | 'seen' | 'gap' {
  if (seq <= last) return 'seen'
  return seq === last + 1 ? 'next' : 'gap'
}

export const lastSeq = (messages: readonly Message[]): number => messages.at(-1)?.seq ?? 0

/** Adds what follows without a hole; `gap` says that something between is missing and has to be asked for. */
export function follow(
  messages: readonly Message[],
  arrived: readonly Message[],
): { messages: readonly Message[]; fresh: readonly Message[]; gap: boolean } {
  const fresh: Message[] = []
  let gap = false
  for (const message of arrived.toSorted((a, b) => a.seq - b.seq)) {
    const verdict = judge(fresh.at(-1)?.seq ?? lastSeq(messages), message.seq)
    if (verdict === 'next') fresh.push(message)
    gap ||= verdict === 'gap'
  }
  return { messages: fresh.length ? [...messages, ...fresh] : messages, fresh, gap }
}

/** Puts an older page before what is shown. */
export function precede(messages: readonly Message[], older: readonly Message[]): readonly Message[] {
  const first = messages[0]?.seq ?? Number.POSITIVE_INFINITY
  return [...older.filter((message) => message.seq < first), ...messages]
}
