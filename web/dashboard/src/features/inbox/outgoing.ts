// Messages on their way: shown at once, kept until the server has them, never sent twice.
import { unwrap } from '@leadkeep/client/api'
import type { Mode } from '@leadkeep/client/events'
import { isProblem } from '@leadkeep/client/problem'
import type { Message } from '@leadkeep/client/shapes'
import { useQuery, type QueryClient } from '@tanstack/react-query'
import { explain, type Explanation } from '../../lib/explain.ts'
import { api } from '../../session/session.ts'
import { addMessage, afterMessage, change } from './cached.ts'

export type Outgoing = {
  /** The same for every attempt, so that the server can tell a repeat from a second message. */
  clientMessageId: string
  mode: Mode
  body: string
  at: string
  /** The newest message the writer had seen; absent when they chose to send anyway. */
  seen: number | undefined
  state: { kind: 'sending' } | { kind: 'failed'; why: Explanation } | { kind: 'stale'; missed: readonly Message[] }
}

const outgoingKey = (conversation: string) => ['outgoing', conversation] as const
const NONE: readonly Outgoing[] = []

export function useOutgoing(conversation: string): readonly Outgoing[] {
  return useQuery({
    queryKey: outgoingKey(conversation),
    queryFn: () => NONE,
    initialData: NONE,
    enabled: false,
    gcTime: Number.POSITIVE_INFINITY,
  }).data
}

function update(cache: QueryClient, conversation: string, by: (before: readonly Outgoing[]) => readonly Outgoing[]) {
  cache.setQueryData<readonly Outgoing[]>(outgoingKey(conversation), (before) => by(before ?? NONE))
}

function put(cache: QueryClient, conversation: string, item: Outgoing) {
  update(cache, conversation, (before) =>
    before.some((each) => each.clientMessageId === item.clientMessageId)
      ? before.map((each) => (each.clientMessageId === item.clientMessageId ? item : each))
      : [...before, item],
  )
}

export function discard(cache: QueryClient, conversation: string, clientMessageId: string): void {
  update(cache, conversation, (before) => before.filter((each) => each.clientMessageId !== clientMessageId))
}

/** The server has this one. */
export function settle(cache: QueryClient, message: Message): void {
  const id = message.client_message_id
  if (id !== null && cache.getQueryData(outgoingKey(message.conversation_id)) !== undefined)
    discard(cache, message.conversation_id, id)
}

export function compose(mode: Mode, body: string, seen: number): Outgoing {
  const clientMessageId = crypto.randomUUID()
  return { clientMessageId, mode, body, at: new Date().toISOString(), seen, state: { kind: 'sending' } }
}

/** Sends, or sends again. True when the server has it. */
export async function deliver(cache: QueryClient, me: string, conversation: string, item: Outgoing): Promise<boolean> {
  put(cache, conversation, { ...item, state: { kind: 'sending' } })
  try {
    const message = await post(conversation, item)
    addMessage(cache, message)
    settle(cache, message)
    change(cache, me, conversation, afterMessage(message), true)
    return true
  } catch (error) {
    const stale = isProblem(error, 'stale_thread')
    if (stale) for (const missed of error.missed) addMessage(cache, missed)
    put(cache, conversation, {
      ...item,
      state: stale ? { kind: 'stale', missed: error.missed } : { kind: 'failed', why: explain(error) },
    })
    return false
  }
}

/** Replies and notes go to different addresses: a note cannot become a reply by a wrong flag. */
function post(id: string, item: Outgoing): Promise<Message> {
  const params = { path: { id } }
  const body = { client_message_id: item.clientMessageId, body: item.body }
  if (item.mode === 'note') return unwrap(api.POST('/api/v1/conversations/{id}/notes', { params, body }))
  const guarded = item.seen === undefined ? body : { ...body, if_last_seq: item.seen }
  return unwrap(api.POST('/api/v1/conversations/{id}/messages', { params, body: guarded }))
}
