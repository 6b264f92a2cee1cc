// What the pages about colleagues ask; apart from the other questions, because only pages loaded later ask them.
import { unwrap } from '@leadkeep/client/api'
import { queryOptions } from '@tanstack/react-query'
import { api } from '../../session/session.ts'

export const operatorSessionsQuery = (id: string) =>
  queryOptions({
    queryKey: ['operator-sessions', id],
    gcTime: 0,
    queryFn: async ({ signal }) =>
      (await unwrap(api.GET('/api/v1/operators/{id}/sessions', { params: { path: { id } }, signal }))).data,
  })

/** What would follow if somebody were taken out: asked anew each time, because it changes with the minutes. */
export const removalQuery = (id: string) =>
  queryOptions({
    queryKey: ['operator-removal', id],
    gcTime: 0,
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/operators/{id}/removal', { params: { path: { id } }, signal })),
  })

export type Proposed = { idle_minutes?: number; absolute_minutes?: number }

export const ACCESS_POLICY = ['access-policy'] as const

export const accessPolicyQuery = (proposed: Proposed = {}) =>
  queryOptions({
    queryKey: [...ACCESS_POLICY, proposed.idle_minutes ?? 0, proposed.absolute_minutes ?? 0],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/workspace/access-policy', { params: { query: proposed }, signal })),
  })

export const factorHelpsQuery = queryOptions({
  queryKey: ['factor-helps'],
  queryFn: async ({ signal }) => (await unwrap(api.GET('/api/v1/factor-helps', { signal }))).data,
})

export const closingQuery = queryOptions({
  queryKey: ['closing'],
  gcTime: 0,
  queryFn: ({ signal }) => unwrap(api.GET('/api/v1/me/closing', { signal })),
})
