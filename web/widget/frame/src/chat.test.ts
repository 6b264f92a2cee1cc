// The chat against a server that loses answers: nothing is stored before the first send, nothing is sent twice.
import type { FromFrame } from '@leadkeep/widget-protocol'
import { expect, it, vi } from 'vitest'
import { type Api, Refusal } from './api.ts'
import { createChat } from './chat.ts'
import { conversation, conversationId, message, newStore, noAnswer, settled } from './fixtures.ts'
import type { LiveEvents } from './live.ts'
import type { Message } from './shapes.ts'

function setUp() {
  const store = newStore()
  const kept: Message[] = []
  let started = 0
  const keep = (clientMessageId: string, body: string): Message => {
    const known = kept.find((each) => each.clientMessageId === clientMessageId)
    if (known) return known
    const next = message(kept.length + 1, { author: 'visitor', body, clientMessageId })
    kept.push(next)
    return next
  }
  const api = {
    config: vi.fn(),
    openSession: vi.fn(async () => null),
    endSession: vi.fn(async () => null),
    me: vi.fn(async () => null),
    changeMe: vi.fn(async () => ({ name: '', email: '' })),
    conversations: vi.fn(async () => (started ? [conversation({ lastSeq: kept.length })] : [])),
    start: vi.fn(async (id: string, body: string) => {
      started += 1
      return { message: keep(id, body), conversation: conversation() }
    }),
    messages: vi.fn(async () => ({ data: [...kept], hasMore: false })),
    send: vi.fn(async (_: string, id: string, body: string) => keep(id, body)),
    read: vi.fn(async () => null),
  } satisfies Api
  const live = {
    start: vi.fn(async () => {}),
    connected: false,
    stop: vi.fn(),
    join: vi.fn(async () => null),
    typing: vi.fn(),
  }
  const told: FromFrame[] = []
  const events: LiveEvents[] = []
  const chat = createChat(
    store,
    api,
    (on) => {
      events.push(on)
      return live
    },
    (each) => void told.push(each),
  )
  const say = async (text: string): Promise<void> => {
    chat.write(text)
    chat.send()
    await vi.waitFor(() => expect(store.get().pending).toEqual([]), { timeout: 9000 })
  }
  return { store, api, live, told, chat, say, kept, on: events[0], started: () => started }
}

it('opens no session and no socket before the first message', async () => {
  const { chat, api, live } = setUp()
  await chat.resume()
  chat.opened()
  chat.write('half a tho')
  await settled()
  expect(api.openSession).not.toHaveBeenCalled()
  expect(live.start).not.toHaveBeenCalled()
  await vi.waitFor(() => expect(api.me).toHaveBeenCalledTimes(1))
})

it('opens the session with the first message, then starts the conversation with name and address', async () => {
  const { chat, api, store, say, told } = setUp()
  chat.introduce({ name: 'Ada' })
  await say('  hello  ')
  expect(api.openSession.mock.invocationCallOrder[0]).toBeLessThan(api.start.mock.invocationCallOrder[0] ?? 0)
  expect(api.start).toHaveBeenCalledWith(expect.any(String), 'hello', { name: 'Ada' })
  expect(store.get().messages.map((each) => each.body)).toEqual(['hello'])
  await say('again')
  expect(api.openSession).toHaveBeenCalledTimes(1)
  expect(api.send).toHaveBeenCalledWith(conversationId, expect.any(String), 'again')
  expect(JSON.stringify(told)).not.toMatch(/hello|again|Ada/)
  expect(told.filter((each) => each.type === 'event').map((each) => each.name)).toEqual([
    'conversationStarted',
    'messageSent',
    'messageSent',
  ])
})

it('does not start a second conversation when the answer to the first was lost', async () => {
  const { api, say, started, kept, store } = setUp()
  const really = api.start.getMockImplementation()
  api.start.mockImplementationOnce(async (id, body) => {
    await really?.(id, body)
    throw noAnswer()
  })
  await say('hello')
  expect(started()).toBe(1)
  expect(kept).toHaveLength(1)
  expect(store.get().messages).toHaveLength(1)
})

it('sends a message again under its own id when the answer was lost', async () => {
  const { api, say, kept, store } = setUp()
  await say('one')
  api.send.mockImplementationOnce(async (_, id, body) => {
    kept.push(message(2, { author: 'visitor', body, clientMessageId: id }))
    throw noAnswer()
  })
  await say('two')
  expect(kept.map((each) => each.body)).toEqual(['one', 'two'])
  expect(store.get().messages.map((each) => each.body)).toEqual(['one', 'two'])
})

it('shows at once that a conversation was resolved or reopened, and takes no other for it', async () => {
  const { on, say, store } = setUp()
  await say('hello')
  on?.status('cnv_01k7st2000e008000000000002', 'resolved')
  expect(store.get().conversations.map((each) => each.status)).toEqual(['open'])
  on?.status(conversationId, 'resolved')
  expect(store.get().conversations.map((each) => each.status)).toEqual(['resolved'])
  on?.status(conversationId, 'open')
  expect(store.get().conversations.map((each) => each.status)).toEqual(['open'])
})

it('counts as unread what comes while the panel is shut, and nothing crosses to the page but the number', async () => {
  const { chat, api, on, say, told } = setUp()
  chat.opened()
  await say('hello')
  chat.closed()
  on?.message(message(2, { body: 'the secret of the glaze' }))
  on?.message(message(3))
  await settled()
  expect(told.findLast((each) => each.type === 'unread')).toMatchObject({ count: 2 })
  chat.opened()
  expect(told.findLast((each) => each.type === 'unread')).toMatchObject({ count: 0 })
  expect(api.read).toHaveBeenLastCalledWith(conversationId, 3)
  expect(JSON.stringify(told)).not.toContain('secret')
})

it('forgets everything on request and when the server ends the session', async () => {
  const { chat, on, say, store, live } = setUp()
  await say('hello')
  await chat.forgetMe()
  expect(store.get()).toMatchObject({ known: false, messages: [], currentId: null, notice: 'forgotten' })
  expect(live.stop).toHaveBeenCalled()
  await say('new')
  on?.refused()
  expect(store.get()).toMatchObject({ known: false, messages: [], notice: 'ended' })
})

it('says that the connection is lost even while it keeps trying, and not when it only blinked', async () => {
  const { on, say, store } = setUp()
  await say('hello')
  vi.useFakeTimers()
  for (let attempt = 0; attempt < 4; attempt += 1) {
    on?.lost()
    vi.advanceTimersByTime(500)
  }
  expect(store.get().connection).toBe('lost')
  on?.connected()
  on?.lost()
  vi.advanceTimersByTime(500)
  on?.connected()
  vi.advanceTimersByTime(5000)
  expect(store.get().connection).toBe('connected')
  vi.useRealTimers()
})

it('says so when the browser refuses the cookie', async () => {
  const { chat, api, store } = setUp()
  api.start.mockImplementationOnce(() => Promise.reject(new Refusal(401, 'unauthenticated')))
  chat.write('hello')
  chat.send()
  await settled()
  expect(store.get().notice).toBe('cookies')
  expect(store.get().pending).toMatchObject([{ state: 'failed', body: 'hello' }])
})

it('gives words and address back when the server does not take the address', async () => {
  const { chat, api, store, say } = setUp()
  api.start.mockRejectedValueOnce(new Refusal(400, 'malformed'))
  chat.introduce({ email: 'ada@nowhere-' })
  await say('hello')
  expect(store.get()).toMatchObject({ draft: 'hello', emailRefused: true, currentId: null })
  chat.introduce({ email: 'ada@example.com' })
  expect(store.get().emailRefused).toBe(false)
  await say('hello')
  expect(store.get().messages.map((each) => each.body)).toEqual(['hello'])
})

it('keeps what it heard an operator read while an older answer was on its way', async () => {
  const { chat, api, store, say, on } = setUp()
  await say('hello')
  const answers: (() => void)[] = []
  api.conversations.mockImplementationOnce(async () => {
    await new Promise<void>((resolve) => void answers.push(resolve))
    return [conversation({ lastSeq: 1, operatorRead: 0 })]
  })
  chat.opened()
  await vi.waitFor(() => expect(api.conversations).toHaveBeenCalled())
  on?.operatorRead(conversationId, 1)
  answers[0]?.()
  await settled()
  expect(store.get().conversations[0]?.operatorRead).toBe(1)
})
