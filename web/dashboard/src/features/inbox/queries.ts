// What the inbox asks the server.
import { unwrap } from '@leadkeep/client/api'
import type { Conversation, ConversationDetail, Message, Paged } from '@leadkeep/client/shapes'
import { infiniteQueryOptions, queryOptions, type QueryClient } from '@tanstack/react-query'
import { api } from '../../session/session.ts'
import { filterOf, type View } from './views.ts'

/** Live events keep these fresh; only a reload of everything asks again. */
const LIVE = { staleTime: Number.POSITIVE_INFINITY } as const

export const listKey = (view: View) => ['conversations', 'list', view] as const
export const oneKey = (id: string) => ['conversations', 'one', id] as const
export const messagesKey = (id: string) => ['messages', id] as const
export const countsKey = ['conversations', 'counts'] as const

export function listQuery(view: View) {
  return infiniteQueryOptions({
    ...LIVE,
    queryKey: listKey(view),
    initialPageParam: '',
    queryFn: ({ pageParam, signal }): Promise<Paged<Conversation>> => {
      const query = { ...filterOf(view), limit: 30, ...(pageParam === '' ? {} : { cursor: pageParam }) }
      return unwrap(api.GET('/api/v1/conversations', { params: { query }, signal }))
    },
    getNextPageParam: (page) => page.page.next_cursor ?? undefined,
  })
}

export function conversationQuery(id: string) {
  return queryOptions({
    ...LIVE,
    queryKey: oneKey(id),
    queryFn: ({ signal }): Promise<ConversationDetail> =>
      unwrap(api.GET('/api/v1/conversations/{id}', { params: { path: { id } }, signal })),
  })
}

export const countsQuery = queryOptions({
  ...LIVE,
  queryKey: countsKey,
  queryFn: ({ signal }) => unwrap(api.GET('/api/v1/conversations/counts', { signal })),
})

export function contactHistoryQuery(contact: string) {
  return queryOptions({
    queryKey: ['conversations', 'of-contact', contact],
    staleTime: 30_000,
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v1/conversations', { params: { query: { contact, limit: 10 } }, signal })),
  })
}

/** The end of a thread, and as much before it as was asked for. */
export type ThreadData = { messages: readonly Message[]; hasOlder: boolean }

const PAGE = 50

export function messagesQuery(id: string) {
  return queryOptions({
    ...LIVE,
    queryKey: messagesKey(id),
    queryFn: async ({ signal }): Promise<ThreadData> => {
      const page = await unwrap(
        api.GET('/api/v1/conversations/{id}/messages', { params: { path: { id }, query: { limit: PAGE } }, signal }),
      )
      return { messages: page.data, hasOlder: page.page.has_more }
    },
  })
}

export async function loadOlder(cache: QueryClient, id: string): Promise<void> {
  const first = cache.getQueryData<ThreadData>(messagesKey(id))?.messages[0]
  if (first === undefined) return
  const page = await unwrap(
    api.GET('/api/v1/conversations/{id}/messages', {
      params: { path: { id }, query: { limit: PAGE, before_seq: first.seq } },
    }),
  )
  cache.setQueryData<ThreadData>(messagesKey(id), (before) => {
    if (before === undefined || before.messages[0]?.seq !== first.seq) return before
    return { messages: [...page.data, ...before.messages], hasOlder: page.page.has_more }
  })
}
