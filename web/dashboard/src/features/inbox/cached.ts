// Changes to conversations and messages that are already on this machine.
import type { Conversation, ConversationDetail, Message, Paged } from '@leadkeep/client/shapes'
import type { InfiniteData, QueryClient } from '@tanstack/react-query'
import { countsKey, listKey, messagesKey, oneKey, type ThreadData } from './queries.ts'
import { belongs, VIEWS } from './views.ts'

type ListData = InfiniteData<Paged<Conversation>>

export function knownConversation(cache: QueryClient, id: string): Conversation | undefined {
  const one = cache.getQueryData<ConversationDetail>(oneKey(id))
  if (one !== undefined) return one
  for (const view of VIEWS) {
    const found = listed(cache.getQueryData<ListData>(listKey(view))).find((each) => each.id === id)
    if (found !== undefined) return found
  }
  return undefined
}

export function listed(data: ListData | undefined): Conversation[] {
  return data?.pages.flatMap((page) => page.data) ?? []
}

type Change = Partial<Conversation> | ((before: Conversation) => Partial<Conversation>)

/** Changes a conversation wherever it is kept. False when this machine does not know it. */
export function change(cache: QueryClient, me: string, id: string, by: Change, toTop = false): boolean {
  const before = knownConversation(cache, id)
  if (before === undefined) return false
  const partial = typeof by === 'function' ? by(before) : by
  cache.setQueryData<ConversationDetail>(oneKey(id), (one) => (one === undefined ? one : { ...one, ...partial }))
  place(cache, me, { ...before, ...partial }, toTop)
  return true
}

/** Puts a conversation where it belongs in every list, and takes it out where it no longer does. */
export function place(cache: QueryClient, me: string, conversation: Conversation, toTop: boolean): void {
  for (const view of VIEWS) {
    cache.setQueryData<ListData>(listKey(view), (data) =>
      data === undefined ? data : placed(data, conversation, belongs(view, conversation, me), toTop),
    )
  }
}

function placed(data: ListData, conversation: Conversation, here: boolean, toTop: boolean): ListData {
  const wasHere = listed(data).some((each) => each.id === conversation.id)
  if (!here && !wasHere) return data
  const stays = here && wasHere && !toTop
  const pages = data.pages.map((page) => ({
    ...page,
    data: stays
      ? page.data.map((each) => (each.id === conversation.id ? conversation : each))
      : page.data.filter((each) => each.id !== conversation.id),
  }))
  const first = pages[0]
  if (here && !stays && first !== undefined) {
    const at = toTop ? 0 : first.data.findIndex((each) => each.updated_at <= conversation.updated_at)
    if (at >= 0) first.data.splice(at, 0, conversation)
    // Older than all of the first page: it belongs further down, which is certain only at the end of the list.
    else pages.findLast((page) => !page.page.has_more)?.data.push(conversation)
  }
  return { ...data, pages }
}

/** Adds a message to its thread. A hole in the numbers means that something was missed: ask again. */
export function addMessage(cache: QueryClient, message: Message): void {
  const key = messagesKey(message.conversation_id)
  const thread = cache.getQueryData<ThreadData>(key)
  if (thread === undefined) return
  const last = thread.messages.at(-1)?.seq ?? 0
  if (message.seq <= last) return
  if (message.seq !== last + 1) {
    void cache.invalidateQueries({ queryKey: key })
    return
  }
  cache.setQueryData<ThreadData>(key, { ...thread, messages: [...thread.messages, message] })
}

/** What a message does to its conversation's row. */
export function afterMessage(message: Message): (before: Conversation) => Partial<Conversation> {
  return (before) => {
    if (message.seq <= before.last_seq) return {}
    if (message.kind === 'activity') return { last_seq: message.seq }
    const { seq, kind, author, body, created_at } = message
    return {
      last_seq: seq,
      last_message: { seq, kind, author, preview: body.slice(0, 160), created_at },
      updated_at: created_at,
      unread: author.kind === 'visitor' ? before.unread + 1 : before.unread,
    }
  }
}

const planned = new WeakSet<QueryClient>()
const counted = new WeakMap<QueryClient, number>()

/** Asks for the counters again: soon, but at most once a second however much happens. */
export function recount(cache: QueryClient): void {
  if (planned.has(cache)) return
  planned.add(cache)
  const sinceLast = Date.now() - (counted.get(cache) ?? 0)
  setTimeout(
    () => {
      planned.delete(cache)
      counted.set(cache, Date.now())
      void cache.invalidateQueries({ queryKey: countsKey })
    },
    Math.max(100, 1000 - sinceLast),
  )
}
