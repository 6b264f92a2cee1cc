// What the widget settings ask the server.
import { unwrap } from '@leadkeep/client/api'
import { queryOptions } from '@tanstack/react-query'
import { api } from '../../session/session.ts'

export const widgetsQuery = queryOptions({
  queryKey: ['widgets'],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: async ({ signal }) => (await unwrap(api.GET('/api/v1/widgets', { signal }))).data,
})
