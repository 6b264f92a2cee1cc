// Durable events in their order, each exactly once: what is missing is asked for, what is too much to ask for is reloaded.
import type { Envelope, ResumeAck } from '@leadkeep/client/events'
import { judge } from './sequence.ts'

type Deps = {
  apply: (event: Envelope) => void
  /** Everything may have changed. */
  reload: () => void
  resume: (after: number) => Promise<ResumeAck>
  /** After a reconnect: the events that were missed, or null when everything was reloaded. */
  caughtUp: (missed: readonly Envelope[] | null) => void
}

export type Stream = {
  welcome: (seq: number) => void
  receive: (event: Envelope) => void
  last: () => number | undefined
}

export function createStream(deps: Deps): Stream {
  let last: number | undefined
  let newest = 0
  let waiting: Envelope[] = []
  let resuming = false

  function take(event: Envelope): boolean {
    if (last === undefined || judge(last, event.seq) !== 'next') return false
    last = event.seq
    deps.apply(event)
    return true
  }

  async function catchUp(afterReconnect: boolean) {
    if (resuming || last === undefined) return
    resuming = true
    try {
      const answer = await deps.resume(last)
      if (answer.ok) {
        const missed = answer.events.filter(take)
        // The server vouches for everything up to here, also when it left out what is not for us.
        if (answer.events.length === 0) last = Math.max(last, answer.seq)
        if (afterReconnect) deps.caughtUp(missed)
      } else {
        last = answer.seq ?? newest
        deps.reload()
        if (afterReconnect) deps.caughtUp(null)
      }
    } catch {
      // The connection went away; the next welcome starts again from the same number.
      resuming = false
      return
    }
    resuming = false
    const queue = waiting.toSorted((a, b) => a.seq - b.seq)
    waiting = []
    for (const event of queue) receive(event)
  }

  function receive(event: Envelope) {
    newest = Math.max(newest, event.seq)
    if (last === undefined || resuming) {
      waiting.push(event)
      return
    }
    const verdict = judge(last, event.seq)
    if (verdict === 'next') take(event)
    if (verdict === 'gap') {
      waiting.push(event)
      void catchUp(false)
    }
  }

  return {
    last: () => last,
    receive,
    welcome(seq) {
      newest = Math.max(newest, seq)
      resuming = false
      if (last === undefined) {
        last = seq
        // What was fetched before the socket stood may already be old.
        deps.reload()
        const queue = waiting
        waiting = []
        for (const event of queue) receive(event)
        return
      }
      if (judge(last, seq) === 'seen') deps.caughtUp([])
      else void catchUp(true)
    },
  }
}
