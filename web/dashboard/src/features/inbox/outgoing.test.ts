// Messages on their way: one address for replies, another for notes, and never two of the same.
import { QueryClient } from '@tanstack/react-query'
import { beforeEach, expect, test, vi } from 'vitest'
import { session } from '../../session/session.ts'
import { compose, deliver, settle, type Outgoing } from './outgoing.ts'
import { messagesKey, type ThreadData } from './queries.ts'
import { aMessage, ME } from './samples.ts'

type Sent = { path: string; body: unknown }

let cache: QueryClient
let sent: Sent[]
let answers: Response[]

const json = (status: number, body: unknown) =>
  new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', 'x-request-id': 'req_1' },
  })
const outgoing = () => cache.getQueryData<readonly Outgoing[]>(['outgoing', 'cnv_1']) ?? []
const thread = () => cache.getQueryData<ThreadData>(messagesKey('cnv_1'))?.messages.map((each) => each.seq)

beforeEach(() => {
  cache = new QueryClient()
  sent = []
  answers = []
  cache.setQueryData<ThreadData>(messagesKey('cnv_1'), { messages: [aMessage({ seq: 1 })], hasOlder: false })
  session.begin({
    access_token: 'a',
    expires_at: '2999-01-01T00:00:00.000Z',
    session_id: 'ses_1',
    person: { id: 'psn_1', name: 'Ada', email: 'ada@example.com' },
    workspace: { id: 'wsp_1', name: 'Acme' },
    operator: { id: ME, role: 'user' },
    permissions: [],
    second_factor_required: false,
    workspaces: [],
  })
  vi.stubGlobal('fetch', async (request: Request) => {
    sent.push({ path: new URL(request.url).pathname, body: await request.json() })
    return answers.shift() ?? Promise.reject(new TypeError('offline'))
  })
})

test('a reply says what its writer had seen; it appears at once and is settled by the answer', async () => {
  const item = compose('reply', 'Hello', 1)
  answers.push(
    json(201, aMessage({ seq: 2, client_message_id: item.clientMessageId, author: { kind: 'operator', id: ME } })),
  )
  const delivery = deliver(cache, ME, 'cnv_1', item)
  expect(outgoing()).toMatchObject([{ body: 'Hello', state: { kind: 'sending' } }])
  expect(await delivery).toBe(true)
  expect(sent).toEqual([
    {
      path: '/api/v1/conversations/cnv_1/messages',
      body: { client_message_id: item.clientMessageId, body: 'Hello', if_last_seq: 1 },
    },
  ])
  expect(outgoing()).toEqual([])
  expect(thread()).toEqual([1, 2])
})

test('a note goes to the address for notes and nowhere else', async () => {
  const item = compose('note', 'She is angry', 1)
  answers.push(json(201, aMessage({ seq: 2, kind: 'note' })))
  await deliver(cache, ME, 'cnv_1', item)
  expect(sent.map((each) => each.path)).toEqual(['/api/v1/conversations/cnv_1/notes'])
})

test('a message that failed is sent again under the same id', async () => {
  const item = compose('reply', 'Hello', 1)
  expect(await deliver(cache, ME, 'cnv_1', item)).toBe(false)
  const [failed] = outgoing()
  expect(failed?.state).toMatchObject({ kind: 'failed', why: { title: 'The server cannot be reached' } })
  answers.push(json(200, aMessage({ seq: 2, client_message_id: item.clientMessageId })))
  expect(failed !== undefined && (await deliver(cache, ME, 'cnv_1', failed))).toBe(true)
  expect(new Set(sent.map((each) => JSON.stringify(each.body))).size).toBe(1)
  expect(outgoing()).toEqual([])
})

test('a stale thread shows what was missed, and "send anyway" drops the condition but not the id', async () => {
  const missed = aMessage({ seq: 2, body: 'Forget it' })
  const item = compose('reply', 'Hello', 1)
  answers.push(json(409, { code: 'stale_thread', title: 'The thread moved on', missed: [missed] }))
  await deliver(cache, ME, 'cnv_1', item)
  const [stale] = outgoing()
  expect(stale?.state).toEqual({ kind: 'stale', missed: [missed] })
  expect(thread()).toEqual([1, 2])
  answers.push(json(201, aMessage({ seq: 3, client_message_id: item.clientMessageId })))
  await deliver(cache, ME, 'cnv_1', { ...item, seen: undefined })
  expect(sent[1]?.body).toEqual({ client_message_id: item.clientMessageId, body: 'Hello' })
})

test('the live event may come before the answer: the message is shown once', async () => {
  const item = compose('reply', 'Hello', 1)
  const message = aMessage({ seq: 2, client_message_id: item.clientMessageId })
  answers.push(json(201, message))
  const delivery = deliver(cache, ME, 'cnv_1', item)
  settle(cache, message)
  expect(outgoing()).toEqual([])
  await delivery
  expect(thread()).toEqual([1, 2])
})
