// Answers that an event overtook.
import { QueryClient } from '@tanstack/react-query'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { watchRaces } from './races.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

function setUp() {
  const cache = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  const asked = vi.fn(() => new Promise<string>((resolve) => setTimeout(() => resolve('answer'), 100)))
  void cache.fetchQuery({ queryKey: ['x'], queryFn: asked })
  const races = watchRaces(cache)
  const isStale = () => cache.getQueryState(['x'])?.isInvalidated
  return { races, isStale }
}

test('an answer that was on its way when something happened is asked for again', async () => {
  const { races, isStale } = setUp()
  races.happened()
  await vi.advanceTimersByTimeAsync(100)
  expect(isStale()).toBe(false)
  await vi.advanceTimersByTimeAsync(300)
  expect(isStale()).toBe(true)
})

test('an answer that nothing overtook is kept', async () => {
  const { races, isStale } = setUp()
  await vi.advanceTimersByTimeAsync(100)
  races.happened()
  await vi.advanceTimersByTimeAsync(1000)
  expect(isStale()).toBe(false)
})
