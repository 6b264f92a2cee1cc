// What live events mean to the inbox.
import type { Contact, Conversation, ConversationDetail } from '@leadkeep/client/shapes'
import type { Effect } from '../../live/scene.ts'
import type { Scene } from '../../live/scene.ts'
import { stopTyping } from '../../live/signals.ts'
import { addMessage, afterMessage, change, listed, place, recount } from './cached.ts'
import { settle } from './outgoing.ts'
import { conversationQuery, listKey, oneKey } from './queries.ts'
import { VIEWS } from './views.ts'

const conversationCreated: Effect<'conversation.created'> = ({ cache, operatorId }, { data }) => {
  place(cache, operatorId, data.conversation, true)
  recount(cache)
}

const messageCreated: Effect<'message.created'> = (scene, { data: { message } }) => {
  const { cache, operatorId } = scene
  addMessage(cache, message)
  settle(cache, message)
  stopTyping(cache, message.conversation_id, message.author.kind, message.author.id)
  const moves = message.kind !== 'activity'
  if (!change(cache, operatorId, message.conversation_id, afterMessage(message), moves))
    fetchAndPlace(scene, message.conversation_id)
  recount(cache)
}

const conversationAssigned: Effect<'conversation.assigned'> = (scene, { data }) => {
  alter(scene, data.conversation_id, { assignee_id: data.assignee_id })
}

const conversationStatusChanged: Effect<'conversation.status_changed'> = (scene, { data }) => {
  alter(scene, data.conversation_id, { status: data.status, snoozed_until: data.snoozed_until })
}

const conversationContactSet: Effect<'conversation.contact_set'> = (scene, { data }) => {
  alter(scene, data.conversation_id, { contact: data.contact, title: data.title })
}

const contactUpdated: Effect<'contact.updated'> = (scene, { data: { contact } }) => {
  showContact(scene, contact)
}

/** A contact is shown in every conversation it has. */
export function showContact({ cache, operatorId }: Scene, contact: Contact): void {
  const ids = new Set<string>()
  for (const view of VIEWS) {
    for (const each of listed(cache.getQueryData(listKey(view)))) if (each.contact?.id === contact.id) ids.add(each.id)
  }
  for (const [, one] of cache.getQueriesData<ConversationDetail>({ queryKey: oneKey('').slice(0, 2) })) {
    if (one?.contact?.id === contact.id) ids.add(one.id)
  }
  for (const id of ids)
    change(cache, operatorId, id, (before) => ({ contact, title: contact.name ?? contact.email ?? before.title }))
}

function alter(scene: Scene, id: string, by: Partial<Conversation>) {
  if (!change(scene.cache, scene.operatorId, id, by)) fetchAndPlace(scene, id)
  recount(scene.cache)
}

/** A conversation nobody here has seen yet: ask for it, then put it where it belongs. */
function fetchAndPlace({ cache, operatorId }: Scene, id: string) {
  cache.fetchQuery(conversationQuery(id)).then(
    (conversation) => place(cache, operatorId, conversation, false),
    () => undefined,
  )
}

export const inboxLive = {
  conversationCreated,
  messageCreated,
  conversationAssigned,
  conversationStatusChanged,
  conversationContactSet,
  contactUpdated,
}

/** Read in another tab, or by somebody else. */
export function onRead(scene: Scene, read: { conversation_id: string; operator_id: string; seq: number }): void {
  if (read.operator_id !== scene.operatorId) return
  change(scene.cache, scene.operatorId, read.conversation_id, (before) =>
    read.seq >= before.last_seq ? { unread: 0 } : {},
  )
  recount(scene.cache)
}

export function onVisitorRead(scene: Scene, read: { conversation_id: string; seq: number }): void {
  change(scene.cache, scene.operatorId, read.conversation_id, (before) => ({
    visitor_read_seq: Math.max(before.visitor_read_seq, read.seq),
  }))
}
