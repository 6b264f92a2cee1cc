// A query cache. Each session in each workspace has its own, so that a switch leaves nothing behind.
import { Problem } from '@leadkeep/client/problem'
import { QueryClient } from '@tanstack/react-query'

export function createCache(): QueryClient {
  const cache = new QueryClient({
    defaultOptions: {
      queries: {
        retry: (failures, error) => failures < 2 && !isFinal(error),
        retryDelay: (attempt) => Math.min(4000, 600 * 2 ** attempt),
        refetchOnWindowFocus: false,
        networkMode: 'always',
        gcTime: 10 * 60_000,
      },
      mutations: { networkMode: 'always' },
    },
  })
  // What is on its way and who is here must outlive the component that shows it.
  for (const kind of ['outgoing', 'live']) cache.setQueryDefaults([kind], { gcTime: Number.POSITIVE_INFINITY })
  return cache
}

/** The server has decided; asking again changes nothing. */
function isFinal(error: unknown): boolean {
  return error instanceof Problem && error.status >= 400 && error.status < 500 && error.status !== 429
}
