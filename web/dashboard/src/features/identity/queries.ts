// What the settings about people, sessions and the workspace ask the server.
import { unwrap } from '@leadkeep/client/api'
import { queryOptions } from '@tanstack/react-query'
import { api, publicApi } from '../../session/session.ts'

export const setupQuery = queryOptions({
  queryKey: ['setup'],
  queryFn: ({ signal }) => unwrap(publicApi.GET('/api/v1/setup', { signal })),
  staleTime: 60_000,
})

export const invitationsQuery = queryOptions({
  queryKey: ['invitations'],
  queryFn: async ({ signal }) => (await unwrap(api.GET('/api/v1/invitations', { signal }))).data,
})

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: async ({ signal }) => (await unwrap(api.GET('/api/v1/sessions', { signal }))).data,
})

export const eventsQuery = queryOptions({
  queryKey: ['own-events'],
  queryFn: async ({ signal }) => (await unwrap(api.GET('/api/v1/me/events', { signal }))).data,
})

export const factorsQuery = queryOptions({
  queryKey: ['factors'],
  queryFn: ({ signal }) => unwrap(api.GET('/api/v1/factors', { signal })),
})

/** The name of a question that only pages loaded later ask. */
export const API_KEYS = ['api-keys'] as const

export const ssoQuery = queryOptions({
  queryKey: ['sso'],
  queryFn: ({ signal }) => unwrap(api.GET('/api/v1/sso', { signal })),
})

export const factorPolicyQuery = queryOptions({
  queryKey: ['factor-policy'],
  queryFn: ({ signal }) => unwrap(api.GET('/api/v1/workspace/second-factor', { signal })),
})

export const workspaceQuery = queryOptions({
  queryKey: ['workspace'],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: ({ signal }) => unwrap(api.GET('/api/v1/workspace', { signal })),
})
