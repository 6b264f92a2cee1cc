// An answer that was already on its way when an event arrived may be older than the event. Such answers are asked for again.
import type { Query, QueryClient } from '@tanstack/react-query'

const AGAIN_AFTER_MS = 300

export function watchRaces(cache: QueryClient): { happened: () => void; stop: () => void } {
  const overtaken = new Set<string>()
  const timers = new Set<ReturnType<typeof setTimeout>>()

  function again(query: Query) {
    const timer = setTimeout(() => {
      timers.delete(timer)
      void cache.invalidateQueries({ queryKey: query.queryKey, exact: true })
    }, AGAIN_AFTER_MS)
    timers.add(timer)
  }

  const unsubscribe = cache.getQueryCache().subscribe(({ type, query }) => {
    if (type !== 'updated' || query.state.fetchStatus === 'fetching') return
    if (overtaken.delete(query.queryHash) && query.state.status === 'success') again(query)
  })

  return {
    happened: () => {
      for (const query of cache.getQueryCache().findAll({ fetchStatus: 'fetching' })) overtaken.add(query.queryHash)
    },
    stop: () => {
      unsubscribe()
      for (const timer of timers) clearTimeout(timer)
    },
  }
}
