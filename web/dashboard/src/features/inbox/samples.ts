// Conversations and messages for tests.
import type { Conversation, Message } from '@leadkeep/client/shapes'

export const ME = 'opr_me'
const AT = '2026-11-22T10:00:00.000Z'

export function aConversation(change: Partial<Conversation> = {}): Conversation {
  return {
    id: 'cnv_1',
    title: 'Visitor 7K2F',
    status: 'open',
    snoozed_until: null,
    assignee_id: null,
    widget_id: 'wgt_1',
    visitor_id: 'vis_1',
    contact: null,
    last_seq: 1,
    last_message: { seq: 1, kind: 'reply', author: { kind: 'visitor', id: 'vis_1' }, preview: 'Hello', created_at: AT },
    unread: 0,
    visitor_read_seq: 0,
    visitor_online: true,
    created_at: AT,
    updated_at: AT,
    ...change,
  }
}

export function aMessage(change: Partial<Message> = {}): Message {
  return {
    id: `msg_${String(change.seq ?? 2)}`,
    conversation_id: 'cnv_1',
    seq: 2,
    kind: 'reply',
    author: { kind: 'visitor', id: 'vis_1' },
    body: 'Are you there?',
    activity: null,
    client_message_id: null,
    created_at: '2026-11-22T10:05:00.000Z',
    ...change,
  }
}
