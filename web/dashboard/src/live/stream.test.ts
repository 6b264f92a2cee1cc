// The stream: each event once, in order, whatever the network does.
import type { Envelope, ResumeAck } from '@leadkeep/client/events'
import { expect, test, vi } from 'vitest'
import { createStream } from './stream.ts'

function event(seq: number): Envelope {
  return {
    id: `evt_${String(seq)}`,
    seq,
    type: 'test',
    at: '2026-11-22T10:00:00.000Z',
    actor: { kind: 'system', id: null },
    data: {},
  }
}

function setUp(resume: (after: number) => Promise<ResumeAck> = () => Promise.reject(new Error('not expected'))) {
  const applied: number[] = []
  const reload = vi.fn<() => void>()
  const caughtUp = vi.fn<(missed: readonly Envelope[] | null) => void>()
  const asked = vi.fn(resume)
  const stream = createStream({ apply: (each) => applied.push(each.seq), reload, resume: asked, caughtUp })
  return { stream, applied, reload, caughtUp, asked }
}

const nothing = () => undefined
const turn = () => new Promise((resolve) => setTimeout(resolve, 0))

test('the first welcome sets the number and reloads what was fetched before', () => {
  const { stream, reload, caughtUp } = setUp()
  stream.welcome(10)
  expect(stream.last()).toBe(10)
  expect(reload).toHaveBeenCalledOnce()
  expect(caughtUp).not.toHaveBeenCalled()
})

test('events before the welcome wait for it', () => {
  const { stream, applied } = setUp()
  stream.receive(event(11))
  expect(applied).toEqual([])
  stream.welcome(10)
  expect(applied).toEqual([11])
})

test('an event that comes twice is applied once', () => {
  const { stream, applied } = setUp()
  stream.welcome(10)
  stream.receive(event(11))
  stream.receive(event(11))
  stream.receive(event(9))
  expect(applied).toEqual([11])
})

test('a gap is filled before what came after it', async () => {
  const { stream, applied, asked } = setUp(() => Promise.resolve({ ok: true, events: [event(11), event(12)], seq: 12 }))
  stream.welcome(10)
  stream.receive(event(13))
  stream.receive(event(14))
  await turn()
  expect(asked).toHaveBeenCalledExactlyOnceWith(10)
  expect(applied).toEqual([11, 12, 13, 14])
})

test('what arrives during a resume is neither lost nor doubled', async () => {
  let resolve: (ack: ResumeAck) => void = nothing
  const promise = new Promise<ResumeAck>((done) => {
    resolve = done
  })
  const { stream, applied } = setUp(() => promise)
  stream.welcome(10)
  stream.receive(event(12))
  stream.receive(event(13))
  resolve({ ok: true, events: [event(11), event(12)], seq: 12 })
  await turn()
  expect(applied).toEqual([11, 12, 13])
})

test('after a reconnect the missed events are applied and reported', async () => {
  const { stream, applied, caughtUp } = setUp(() =>
    Promise.resolve({ ok: true, events: [event(11), event(12)], seq: 12 }),
  )
  stream.welcome(10)
  stream.welcome(12)
  await turn()
  expect(applied).toEqual([11, 12])
  expect(caughtUp).toHaveBeenCalledExactlyOnceWith([event(11), event(12)])
})

test('a reconnect without anything missed asks nothing', () => {
  const { stream, caughtUp, asked } = setUp()
  stream.welcome(10)
  stream.welcome(10)
  expect(asked).not.toHaveBeenCalled()
  expect(caughtUp).toHaveBeenCalledExactlyOnceWith([])
})

test('too much missed means reload everything and go on from there', async () => {
  const { stream, applied, reload, caughtUp } = setUp(() => Promise.resolve({ ok: false, code: 'resync', seq: 900 }))
  stream.welcome(10)
  stream.welcome(899)
  await turn()
  expect(reload).toHaveBeenCalledTimes(2)
  expect(caughtUp).toHaveBeenCalledExactlyOnceWith(null)
  stream.receive(event(901))
  expect(applied).toEqual([901])
})

test('a resume that fails is tried again from the same number', async () => {
  let working = false
  const { stream, applied, asked } = setUp(() =>
    working
      ? Promise.resolve({ ok: true, events: [event(11), event(12)], seq: 12 })
      : Promise.reject(new Error('gone')),
  )
  stream.welcome(10)
  stream.welcome(12)
  await turn()
  working = true
  stream.welcome(12)
  await turn()
  expect(asked.mock.calls).toEqual([[10], [10]])
  expect(applied).toEqual([11, 12])
})
