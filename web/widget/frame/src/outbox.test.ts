// Sending: in order, with one id through every attempt.
import { expect, it, vi } from 'vitest'
import { Refusal } from './api.ts'
import { noAnswer, settled } from './fixtures.ts'
import { createOutbox, type Pending } from './outbox.ts'

function setUp(...outcomes: (Refusal | null)[]) {
  const tries: Pending[] = []
  let shown: readonly Pending[] = []
  const pause = vi.fn(async () => {})
  const waiting: (() => void)[] = []
  const outbox = createOutbox(
    async (pending) => {
      tries.push(pending)
      const outcome = outcomes.shift() ?? null
      if (outcome) throw outcome
    },
    (all) => {
      shown = all
    },
    pause,
    (work) => void waiting.push(work),
  )
  const ids = (): string[] => tries.map((each) => each.clientMessageId)
  return { outbox, tries, ids, pause, waiting, shown: () => shown }
}

it('keeps the client_message_id through quiet attempts', async () => {
  const { outbox, ids, shown, pause, tries } = setUp(noAnswer(), new Refusal(503, 'busy'))
  outbox.add('hello')
  await settled()
  expect(new Set(ids()).size).toBe(1)
  expect(ids()).toHaveLength(3)
  expect(tries.map((each) => each.tried)).toEqual([false, true, true])
  expect(pause).toHaveBeenCalledTimes(2)
  expect(shown()).toEqual([])
  expect(ids()[0]).toMatch(/^[\w-]{8,64}$/)
})

it('gives up after three, and Retry sends the same id', async () => {
  const { outbox, ids, shown } = setUp(noAnswer(), noAnswer(), noAnswer())
  outbox.add('hello')
  await settled()
  expect(shown()).toMatchObject([{ state: 'failed', failure: 'no_answer', body: 'hello' }])
  outbox.retry(ids()[0] ?? '')
  await settled()
  expect(ids()).toHaveLength(4)
  expect(new Set(ids()).size).toBe(1)
  expect(shown()).toEqual([])
})

it('does not repeat what was refused', async () => {
  const { outbox, ids, shown } = setUp(new Refusal(422, 'refused'))
  outbox.add('hello')
  await settled()
  expect(ids()).toHaveLength(1)
  expect(shown()).toMatchObject([{ state: 'failed', failure: 'refused' }])
})

it('waits as long as the server asks, but not for ever', async () => {
  const soon = setUp(new Refusal(429, 'rate_limited', 5))
  soon.outbox.add('a')
  await settled()
  expect(soon.pause).toHaveBeenCalledWith(5000)
  expect(soon.shown()).toEqual([])

  const late = setUp(new Refusal(429, 'rate_limited', 60))
  late.outbox.add('b')
  await settled()
  expect(late.shown()).toMatchObject([{ state: 'failed', failure: 'rate_limited' }])
})

it('sends one after the other, in order', async () => {
  const { outbox, tries } = setUp(noAnswer())
  outbox.add('one')
  outbox.add('two')
  await settled()
  expect(tries.map((each) => each.body)).toEqual(['one', 'one', 'two'])
})

it('sends again by itself only what got no answer', async () => {
  const { outbox, tries, shown } = setUp(noAnswer(), noAnswer(), noAnswer(), new Refusal(413, 'too_large'))
  outbox.add('lost')
  outbox.add('long')
  await settled()
  expect(shown()).toHaveLength(2)
  outbox.retryUnanswered()
  await settled()
  expect(shown()).toMatchObject([{ body: 'long' }])
  expect(tries.at(-1)?.body).toBe('lost')
})

it('stops trying what has been dropped', async () => {
  const { outbox, ids, pause } = setUp(noAnswer(), noAnswer(), noAnswer())
  pause.mockImplementationOnce(async () => outbox.drop(ids()[0] ?? ''))
  outbox.add('hello')
  await settled()
  expect(ids()).toHaveLength(1)
})

it('tries again later by itself, under the same id, when the server was not well', async () => {
  const busy = new Refusal(503, 'busy')
  const { outbox, ids, shown, waiting } = setUp(busy, busy, busy)
  outbox.add('hello')
  await settled()
  expect(shown()[0]?.state).toBe('failed')
  waiting.shift()?.()
  await settled()
  expect(shown()).toEqual([])
  expect(new Set(ids()).size).toBe(1)
  expect(waiting).toEqual([])
})

it('does not try again what was refused', async () => {
  const { outbox, shown, waiting } = setUp(new Refusal(422, 'refused'))
  outbox.add('hello')
  await settled()
  expect(shown()[0]?.state).toBe('failed')
  expect(waiting).toEqual([])
})
