// A conversation stays complete whatever is lost on the way.
import { expect, it, vi } from 'vitest'
import { conversation, conversationId, message, newStore, noAnswer } from './fixtures.ts'
import type { Message } from './shapes.ts'
import { createSync } from './sync.ts'

/** Null as without a connection. */
type Joined = { messages: Message[]; seq: number } | null

function setUp(stored: readonly Message[], shown: readonly Message[]) {
  const store = newStore()
  store.set({ currentId: conversationId, conversations: [conversation()], messages: shown })
  const join = vi.fn(async (_: string, after: number): Promise<Joined> => ({
    messages: stored.filter((each) => each.seq > after).slice(0, 2),
    seq: stored.length,
  }))
  const messages = vi.fn(async () => ({ data: [...stored], hasMore: false }))
  const arrived = vi.fn()
  const sync = createSync(store, { messages }, join, arrived)
  const seqs = (): number[] => store.get().messages.map((each) => each.seq)
  return { store, join, messages, arrived, sync, seqs }
}
const stored = [1, 2, 3, 4, 5].map((seq) => message(seq))

it('asks for nothing when a message is the next one', async () => {
  const { sync, join, seqs } = setUp(stored, stored.slice(0, 1))
  await sync.take(message(2))
  expect(seqs()).toEqual([1, 2])
  expect(join).not.toHaveBeenCalled()
})

it('joins again after a gap, as often as there are pages', async () => {
  const { sync, join, arrived, seqs } = setUp(stored, stored.slice(0, 1))
  await sync.take(message(5))
  expect(seqs()).toEqual([1, 2, 3, 4, 5])
  expect(join.mock.calls.map(([, after]) => after)).toEqual([1, 3])
  expect(arrived).toHaveBeenCalledTimes(4)
})

it('asks by request when there is no socket', async () => {
  const { sync, join, messages, seqs } = setUp(stored, [])
  join.mockImplementation(async () => null)
  await sync.take(message(3))
  expect(seqs()).toEqual([1, 2, 3, 4, 5])
  expect(messages).toHaveBeenCalled()
})

it('shows nothing twice when several gaps are noticed at once', async () => {
  const { sync, seqs, arrived } = setUp(stored, [])
  await Promise.all([sync.take(message(3)), sync.take(message(5)), sync.take(message(1)), sync.catchUp()])
  expect(seqs()).toEqual([1, 2, 3, 4, 5])
  expect(arrived).toHaveBeenCalledTimes(5)
})

it('keeps what it has when nobody answers, and recovers later', async () => {
  const { sync, join, messages, seqs } = setUp(stored, stored.slice(0, 2))
  join.mockImplementationOnce(async () => null)
  messages.mockImplementationOnce(() => Promise.reject(noAnswer()))
  await sync.take(message(5))
  expect(seqs()).toEqual([1, 2])
  await sync.catchUp()
  expect(seqs()).toEqual([1, 2, 3, 4, 5])
})

it('does not loop when the server promises more than it gives', async () => {
  const { sync, join, seqs } = setUp(stored, stored.slice(0, 2))
  join.mockImplementation(async () => ({ messages: [], seq: 99 }))
  await sync.catchUp()
  expect(seqs()).toEqual([1, 2])
  expect(join).toHaveBeenCalledTimes(1)
})

it('drops messages of another conversation', async () => {
  const { sync, seqs } = setUp(stored, [])
  await sync.take(message(1, { conversationId: 'cnv_other' }))
  expect(seqs()).toEqual([])
})
