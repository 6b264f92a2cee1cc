// What the pages of the audit log ask the server.
import { unwrap } from '@leadkeep/client/api'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api } from '../../session/session.ts'
import type { Asked } from './query.ts'

/** How many rows a page has: enough that a flick of the wheel stays ahead of the network. */
export const PAGE = 200

export const logQuery = (asked: Asked) =>
  infiniteQueryOptions({
    queryKey: ['audit', asked],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/v1/audit', {
          params: { query: { ...asked, limit: PAGE, ...(pageParam === '' ? {} : { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.page.next_cursor ?? undefined,
    staleTime: 30_000,
  })

export const entryQuery = (id: string) =>
  queryOptions({
    queryKey: ['audit-entry', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/audit/{id}', { params: { path: { id } }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
  })

export const actionsQuery = queryOptions({
  queryKey: ['audit-actions'],
  queryFn: async ({ signal }) => (await unwrap(api.GET('/api/v1/audit/actions', { signal }))).data,
  staleTime: Number.POSITIVE_INFINITY,
})

export const reviewQuery = queryOptions({
  queryKey: ['audit-review'],
  queryFn: async ({ signal }) => (await unwrap(api.GET('/api/v1/audit/review', { signal }))).review,
})

export const viewsQuery = queryOptions({
  queryKey: ['audit-views'],
  queryFn: async ({ signal }) => (await unwrap(api.GET('/api/v1/audit-views', { signal }))).data,
})

/** How far the log is signed; a new checkpoint comes within a second of what is entered. */
export const treeQuery = queryOptions({
  queryKey: ['audit-tree'],
  queryFn: ({ signal }) => unwrap(api.GET('/api/v1/audit/tree', { signal })),
  refetchInterval: 10_000,
})
