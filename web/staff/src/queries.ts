// What the pages ask.
import { unwrap } from '@leadkeep/client/api'
import type { StaffPermission } from '@leadkeep/client/staff'
import { infiniteQueryOptions, queryOptions, useQuery } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { api } from './session.ts'

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => unwrap(api.GET('/api/staff/v1/me', { signal })),
})

export function useMay(permission: StaffPermission): boolean {
  return useQuery(meQuery).data?.permissions.includes(permission) === true
}

export const instanceQuery = queryOptions({
  queryKey: ['instance'],
  queryFn: ({ signal }) => unwrap(api.GET('/api/staff/v1/instance', { signal })),
})

export const staffQuery = queryOptions({
  queryKey: ['staff'],
  queryFn: async ({ signal }) => (await unwrap(api.GET('/api/staff/v1/staff', { signal }))).data,
})

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: async ({ signal }) => (await unwrap(api.GET('/api/staff/v1/sessions', { signal }))).data,
})

const begin = (): string | undefined => undefined
const at = (cursor: string | undefined) => (cursor === undefined ? {} : { cursor })

export const workspacesQuery = infiniteQueryOptions({
  queryKey: ['workspaces'],
  initialPageParam: begin(),
  queryFn: ({ signal, pageParam }) =>
    unwrap(api.GET('/api/staff/v1/workspaces', { signal, params: { query: at(pageParam) } })),
  getNextPageParam: (last) => last.page.next_cursor ?? undefined,
})

export const grantsQuery = infiniteQueryOptions({
  queryKey: ['grants'],
  initialPageParam: begin(),
  queryFn: ({ signal, pageParam }) =>
    unwrap(api.GET('/api/staff/v1/grants', { signal, params: { query: at(pageParam) } })),
  getNextPageParam: (last) => last.page.next_cursor ?? undefined,
})

export const entriesQuery = infiniteQueryOptions({
  queryKey: ['entries'],
  initialPageParam: begin(),
  queryFn: ({ signal, pageParam }) =>
    unwrap(api.GET('/api/staff/v1/entries', { signal, params: { query: at(pageParam) } })),
  getNextPageParam: (last) => last.page.next_cursor ?? undefined,
})

let now = Date.now()

function everySecond(tell: () => void) {
  const timer = setInterval(() => {
    now = Date.now()
    tell()
  }, 1000)
  return () => clearInterval(timer)
}

/** The time, for a countdown. */
export function useNow(): number {
  return useSyncExternalStore(everySecond, () => now)
}
