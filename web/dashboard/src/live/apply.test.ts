// What each live event does to the cache.
import type { EventData, EventType } from '@leadkeep/client/events'
import type { Conversation, ConversationDetail, Operator, Paged, Widget } from '@leadkeep/client/shapes'
import { QueryClient, type InfiniteData } from '@tanstack/react-query'
import { beforeEach, expect, test, vi } from 'vitest'
import { API_KEYS } from '../features/identity/queries.ts'
import { listed } from '../features/inbox/cached.ts'
import { listKey, messagesKey, oneKey, type ThreadData } from '../features/inbox/queries.ts'
import { aConversation, aMessage, ME } from '../features/inbox/samples.ts'
import type { View } from '../features/inbox/views.ts'
import { widgetsQuery } from '../features/widget/queries.ts'
import { operatorsQuery } from '../session/operators.ts'
import { apply, table } from './apply.ts'

let cache: QueryClient
let seq = 0

function list(view: View): Conversation[] {
  return listed(cache.getQueryData<InfiniteData<Paged<Conversation>>>(listKey(view)))
}

function show(view: View, conversations: Conversation[]) {
  const page = { data: conversations, page: { next_cursor: null, has_more: false } }
  cache.setQueryData(listKey(view), { pages: [page], pageParams: [''] })
}

function happen<T extends EventType>(type: T, data: EventData[T]) {
  return apply(
    { cache, operatorId: ME },
    { id: 'evt_1', seq: ++seq, type, at: '2026-11-22T10:06:00.000Z', actor: { kind: 'system', id: null }, data },
  )
}

beforeEach(() => {
  vi.useFakeTimers()
  cache = new QueryClient()
  for (const view of ['open', 'mine', 'unassigned', 'snoozed', 'resolved'] as const) show(view, [])
  const other = aConversation({ id: 'cnv_2', updated_at: '2026-11-22T10:03:00.000Z' })
  show('open', [other, aConversation()])
  show('unassigned', [other, aConversation()])
  return () => vi.useRealTimers()
})

test('every event of the contract has a line', () => {
  expect(Object.keys(table).toSorted()).toMatchInlineSnapshot(`
    [
      "api_key.created",
      "api_key.revoked",
      "api_key.rotated",
      "contact.updated",
      "conversation.assigned",
      "conversation.contact_set",
      "conversation.created",
      "conversation.status_changed",
      "invitation.accepted",
      "invitation.created",
      "invitation.revoked",
      "message.created",
      "operator.joined",
      "operator.removed",
      "operator.role_changed",
      "widget.first_hit",
      "widget.updated",
      "workspace.updated",
    ]
  `)
})

test('an unknown event changes nothing and does not fail', () => {
  const event = {
    id: 'evt_9',
    seq: 9,
    type: 'toString',
    at: '',
    actor: { kind: 'system' as const, id: null },
    data: {},
  }
  expect(apply({ cache, operatorId: ME }, event)).toBe(false)
})

test('a new conversation goes to the top of the views it belongs to', () => {
  happen('conversation.created', { conversation: aConversation({ id: 'cnv_3' }) })
  expect(list('open').map((each) => each.id)).toEqual(['cnv_3', 'cnv_2', 'cnv_1'])
  expect(list('mine')).toEqual([])
})

test("a visitor's message moves its conversation up and counts as unread", () => {
  cache.setQueryData<ThreadData>(messagesKey('cnv_1'), { messages: [aMessage({ seq: 1 })], hasOlder: false })
  happen('message.created', { message: aMessage({ seq: 2 }) })
  const [first] = list('open')
  expect(first).toMatchObject({ id: 'cnv_1', unread: 1, last_seq: 2, last_message: { preview: 'Are you there?' } })
  expect(cache.getQueryData<ThreadData>(messagesKey('cnv_1'))?.messages.map((each) => each.seq)).toEqual([1, 2])
})

test("an operator's message is not unread, and the same message twice changes nothing", () => {
  const message = aMessage({ seq: 2, author: { kind: 'operator', id: 'opr_2' } })
  happen('message.created', { message })
  happen('message.created', { message })
  expect(list('open')[0]).toMatchObject({ id: 'cnv_1', unread: 0, last_seq: 2 })
})

test('activity keeps the preview and the place in the list', () => {
  happen('message.created', { message: aMessage({ seq: 2, kind: 'activity', body: '' }) })
  expect(list('open').map((each) => each.id)).toEqual(['cnv_2', 'cnv_1'])
  expect(list('open')[1]).toMatchObject({ last_seq: 2, last_message: { preview: 'Hello' } })
})

test('assigning to me moves it from unassigned to mine', () => {
  happen('conversation.assigned', { conversation_id: 'cnv_1', assignee_id: ME })
  expect(list('unassigned').map((each) => each.id)).toEqual(['cnv_2'])
  expect(list('mine').map((each) => each.id)).toEqual(['cnv_1'])
  expect(list('open').map((each) => each.id)).toEqual(['cnv_2', 'cnv_1'])
})

test('resolving takes it out of the open views', () => {
  happen('conversation.status_changed', { conversation_id: 'cnv_1', status: 'resolved', snoozed_until: null })
  expect(list('open').map((each) => each.id)).toEqual(['cnv_2'])
  expect(list('resolved').map((each) => each.id)).toEqual(['cnv_1'])
})

test('a contact renames every conversation it has', () => {
  const contact = { id: 'ctc_1', name: null, email: 'ada@example.com', verified: false, created_at: '', updated_at: '' }
  const visitor = {
    id: 'vis_1',
    code: '7K2F',
    first_seen_at: '',
    last_seen_at: '',
    site: null,
    device: '',
    masked_ip: '',
    online: true,
  }
  cache.setQueryData<ConversationDetail>(oneKey('cnv_1'), { ...aConversation(), visitor })
  happen('conversation.contact_set', { conversation_id: 'cnv_1', contact, title: 'ada@example.com' })
  happen('contact.updated', { contact: { ...contact, name: 'Ada' } })
  expect(list('open')[1]).toMatchObject({ title: 'Ada', contact: { name: 'Ada' } })
  expect(cache.getQueryData<ConversationDetail>(oneKey('cnv_1'))?.title).toBe('Ada')
})

test('operators come, change and leave, and keep their names', () => {
  const operator: Operator = {
    id: 'opr_2',
    name: 'Bo',
    email: 'bo@example.com',
    role: 'user',
    joined_at: '',
    removed_at: null,
    you: false,
    last_seen_at: null,
    dormant: false,
  }
  cache.setQueryData(operatorsQuery.queryKey, [])
  happen('operator.joined', { operator })
  happen('operator.role_changed', { operator_id: 'opr_2', role: 'admin' })
  happen('operator.removed', { operator_id: 'opr_2' })
  expect(cache.getQueryData(operatorsQuery.queryKey)).toEqual([
    { ...operator, role: 'admin', removed_at: '2026-11-22T10:06:00.000Z' },
  ])
})

test('the first hit lights up the widget', () => {
  const widget: Widget = {
    id: 'wgt_1',
    name: '',
    greeting: '',
    colour: '#3152d0',
    allowed_sites: [],
    ask_name: true,
    ask_email: true,
    first_hit_at: null,
    first_hit_site: null,
    loader_url: '',
    integrity: '',
    created_at: '',
  }
  cache.setQueryData(widgetsQuery.queryKey, [widget])
  happen('widget.first_hit', { widget_id: 'wgt_1', site: 'https://shop.example', at: '2026-11-22T12:03:00.000Z' })
  expect(cache.getQueryData(widgetsQuery.queryKey)?.[0]).toMatchObject({ first_hit_site: 'https://shop.example' })
})

test('a change of the API keys makes their page ask again', () => {
  cache.setQueryData(API_KEYS, [])
  happen('api_key.revoked', { api_key_id: 'apk_1' })
  expect(cache.getQueryState(API_KEYS)?.isInvalidated).toBe(true)
})
