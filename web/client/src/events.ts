// What travels over the operator socket: durable events with a number, and signals that are gone when missed.
import type { Author, Contact, Conversation, Message, Operator, Role, Status, Widget } from './shapes.ts'

/** Every durable event and what it carries. */
export type EventData = {
  'conversation.created': { conversation: Conversation }
  'message.created': { message: Message }
  'conversation.assigned': { conversation_id: string; assignee_id: string | null }
  'conversation.status_changed': { conversation_id: string; status: Status; snoozed_until: string | null }
  'conversation.contact_set': { conversation_id: string; contact: Contact; title: string }
  'contact.updated': { contact: Contact }
  'operator.joined': { operator: Operator }
  'operator.role_changed': { operator_id: string; role: Role }
  'operator.removed': { operator_id: string }
  'invitation.created': { invitation_id: string }
  'invitation.accepted': { invitation_id: string }
  'invitation.revoked': { invitation_id: string }
  'api_key.created': { api_key_id: string }
  'api_key.rotated': { api_key_id: string }
  'api_key.revoked': { api_key_id: string }
  'widget.updated': { widget: Widget }
  'widget.first_hit': { widget_id: string; site: string; at: string }
  'workspace.updated': { name: string }
}

export type EventType = keyof EventData

export type Actor = { kind: 'operator' | 'api_key' | 'visitor' | 'system' | 'person'; id: string | null }

/** An event as it arrives: its type may be one this build does not know. */
export type Envelope = { id: string; seq: number; type: string; at: string; actor: Actor; data: unknown }

export type LiveEvent<T extends EventType = EventType> = {
  [K in T]: { id: string; seq: number; type: K; at: string; actor: Actor; data: EventData[K] }
}[T]

/** One effect per event; leaving one out does not compile. */
export type EventTable<Context> = {
  readonly [K in EventType]: (context: Context, event: LiveEvent<K>) => void
}

/** Runs the line of the table for this event. False when this build does not know the type. */
export function dispatch<Context>(table: EventTable<Context>, context: Context, event: Envelope): boolean {
  if (!Object.hasOwn(table, event.type)) return false
  const line = table[event.type as EventType] as (context: Context, event: Envelope) => void
  line(context, event)
  return true
}

export type Mode = 'reply' | 'note'
export type Presence = 'online' | 'away' | 'offline'
export type EndReason = 'signed_out' | 'revoked' | 'removed' | 'role_changed' | 'context_switched' | 'second_factor_required'

export type Welcome = {
  seq: number
  workspace_id: string
  operator_id: string
  presence: { operator_id: string; state: Presence }[]
  online_visitors: string[]
}

export type ResumeAck = { ok: true; events: Envelope[]; seq: number } | { ok: false; code: 'resync'; seq?: number }
export type JoinAck = { ok: true; viewers: string[] } | { ok: false; code: 'not_found' }
export type TypingSignal = { conversation_id: string; author: Author; mode: Mode; active: boolean }

export type ServerToClient = {
  welcome: (welcome: Welcome) => void
  event: (event: Envelope) => void
  typing: (signal: TypingSignal) => void
  presence: (signal: { operator_id: string; state: Presence }) => void
  visitor_presence: (signal: { visitor_id: string; online: boolean }) => void
  viewers: (signal: { conversation_id: string; operators: string[] }) => void
  read: (signal: { conversation_id: string; operator_id: string; seq: number }) => void
  visitor_read: (signal: { conversation_id: string; seq: number }) => void
  ended: (signal: { reason: EndReason }) => void
}

export type ClientToServer = {
  resume: (request: { after_seq: number }, ack: (answer: ResumeAck) => void) => void
  join: (request: { conversation_id: string }, ack: (answer: JoinAck) => void) => void
  leave: (request: { conversation_id: string }) => void
  typing: (request: { conversation_id: string; mode: Mode; active: boolean }) => void
  presence: (request: { state: 'online' | 'away' }) => void
}
