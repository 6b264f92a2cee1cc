// Messages on their way: each keeps its client_message_id through every attempt, so that it arrives exactly once.
import { Refusal } from './api.ts'

export type Pending = {
  readonly clientMessageId: string
  readonly body: string
  readonly state: 'sending' | 'failed'
  /** The code of the last failure; it was tried at least once when this is set. */
  readonly failure: string | null
  readonly tried: boolean
}

export type Outbox = ReturnType<typeof createOutbox>

const pauses = [1000, 3000]

/** What failed through no fault of its own goes again by itself, for about two minutes. */
const again = { every: 20_000, times: 6 }
const sleep = (milliseconds: number): Promise<void> => new Promise((wake) => void setTimeout(wake, milliseconds))

const newClientMessageId = (): string => crypto.randomUUID()

/** `deliver` makes one attempt; it is never called for two messages at once, so order is kept. */
export function createOutbox(
  deliver: (pending: Pending) => Promise<void>,
  changed: (all: readonly Pending[]) => void,
  pause: (milliseconds: number) => Promise<void> = sleep,
  later: (work: () => void) => void = (work) => void setTimeout(work, again.every),
) {
  let all: readonly Pending[] = []
  let busy = false
  const planned = new Map<string, number>()

  const put = (next: readonly Pending[]): void => {
    all = next
    changed(all)
  }
  const drop = (clientMessageId: string): void => put(all.filter((each) => each.clientMessageId !== clientMessageId))
  const update = (clientMessageId: string, change: Partial<Pending>): void =>
    put(all.map((each) => (each.clientMessageId === clientMessageId ? { ...each, ...change } : each)))
  const next = (): Pending | undefined => all.find((each) => each.state === 'sending')

  async function attempt(clientMessageId: string): Promise<void> {
    for (let round = 0; ; round += 1) {
      const pending = all.find((each) => each.clientMessageId === clientMessageId)
      if (pending?.state !== 'sending') return
      try {
        await deliver(pending)
        return drop(clientMessageId)
      } catch (error) {
        const refusal = error instanceof Refusal ? error : new Refusal(500, 'unknown')
        update(clientMessageId, { tried: true })
        const wait = Math.max(pauses[round] ?? 0, refusal.waitSeconds * 1000)
        if (!refusal.passing || round >= pauses.length || wait > 10_000) {
          update(clientMessageId, { state: 'failed', failure: refusal.code })
          if (refusal.passing) plan(clientMessageId)
          return
        }
        await pause(wait)
      }
    }
  }

  function plan(clientMessageId: string): void {
    const rounds = planned.get(clientMessageId) ?? 0
    if (rounds >= again.times) return
    planned.set(clientMessageId, rounds + 1)
    later(() => {
      if (!all.some((each) => each.clientMessageId === clientMessageId && each.state === 'failed')) return
      update(clientMessageId, { state: 'sending', failure: null })
      void work()
    })
  }

  async function work(): Promise<void> {
    if (busy) return
    busy = true
    for (let pending = next(); pending; pending = next()) await attempt(pending.clientMessageId)
    busy = false
  }

  return {
    add(body: string): void {
      const clientMessageId = newClientMessageId()
      put([...all, { clientMessageId, body, state: 'sending', failure: null, tried: false }])
      void work()
    },
    retry(clientMessageId: string): void {
      update(clientMessageId, { state: 'sending', failure: null })
      void work()
    },
    /** What failed for want of an answer goes again by itself when the connection is back. */
    retryUnanswered(): void {
      for (const each of all) if (each.failure === 'no_answer') this.retry(each.clientMessageId)
    },
    /** The message is known to have arrived by another way, or is no longer wanted. */
    drop,
    clear: (): void => put([]),
  }
}
