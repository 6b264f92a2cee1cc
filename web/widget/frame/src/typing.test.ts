// Typing is told seldom and forgotten soon.
import { beforeEach, expect, it, vi } from 'vitest'
import { createTypingReceiver, createTypingSender } from './typing.ts'

beforeEach(() => {
  vi.useFakeTimers()
  return () => vi.useRealTimers()
})

it('tells at most every two seconds, and once that it stopped', () => {
  const send = vi.fn()
  const typing = createTypingSender(send)
  for (let key = 0; key < 30; key += 1) {
    typing.touch()
    vi.advanceTimersByTime(100)
  }
  expect(send.mock.calls).toEqual([[true], [true]])
  vi.advanceTimersByTime(4000)
  expect(send.mock.calls).toEqual([[true], [true], [false]])
  typing.stop()
  expect(send).toHaveBeenCalledTimes(3)
})

it('forgets five seconds after the last sign', () => {
  const changed = vi.fn()
  const hear = createTypingReceiver(changed)
  hear('Mira', true)
  vi.advanceTimersByTime(4900)
  hear('Mira', true)
  vi.advanceTimersByTime(4900)
  expect(changed).toHaveBeenLastCalledWith('Mira')
  vi.advanceTimersByTime(200)
  expect(changed).toHaveBeenLastCalledWith(false)
})
