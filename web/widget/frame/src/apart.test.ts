// A file that cannot be fetched at first is fetched later, under another address each time.
import { expect, it, vi } from 'vitest'
import { fetchApart } from './apart.ts'

function setUp(outage: number, lastWanted = Number.POSITIVE_INFINITY) {
  const load = vi.fn(async (query: string) => {
    if (load.mock.calls.length <= outage) throw new TypeError('Failed to fetch')
    return `file${query}`
  })
  const pause = vi.fn(async () => {})
  const failed = vi.fn()
  const wanted = (): boolean => load.mock.calls.length < lastWanted
  return { load, pause, failed, fetched: fetchApart({ load, wanted, failed, pause }) }
}

it('asks once when there is no outage', async () => {
  const { load, pause, fetched } = setUp(0)
  expect(await fetched).toBe('file')
  expect(load).toHaveBeenCalledTimes(1)
  expect(pause).not.toHaveBeenCalled()
})

it('asks under another address each time, ever more seldom, until the outage is over', async () => {
  const { load, pause, failed, fetched } = setUp(7)
  expect(await fetched).toBe('file?7')
  expect(new Set(load.mock.calls.map(([query]) => query)).size).toBe(8)
  expect(pause.mock.calls).toEqual([[500], [1000], [2000], [4000], [8000], [15_000], [15_000]])
  expect(failed).toHaveBeenCalledTimes(7)
})

it('stops when the file is not wanted any more', async () => {
  const { load, fetched } = setUp(Number.POSITIVE_INFINITY, 3)
  expect(await fetched).toBeNull()
  expect(load).toHaveBeenCalledTimes(3)
})
