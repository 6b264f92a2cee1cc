// What the parser lets through and what it drops.
import { describe, expect, it } from 'vitest'
import { type Message, parseFromFrame, parseFromHost } from './protocol.ts'

const parse = (data: unknown): Message | null => parseFromHost(data) ?? parseFromFrame(data)

const nonce = 'abcdefghijklmnop_-01'
const id = 'cnv_01k7st2000e008000000000001'

const good: Message[] = [
  { v: 1, type: 'init', nonce },
  { v: 1, type: 'open' },
  { v: 1, type: 'close' },
  { v: 1, type: 'theme', theme: 'dark' },
  { v: 1, type: 'locale', locale: 'pt-BR' },
  { v: 1, type: 'set_contact', name: '', email: '' },
  { v: 1, type: 'set_contact', name: 'Ada', email: 'ada@shop.example' },
  { v: 1, type: 'compose', text: '' },
  { v: 1, type: 'destroy' },
  { v: 1, type: 'ready' },
  { v: 1, type: 'opened' },
  { v: 1, type: 'closed' },
  { v: 1, type: 'resize', height: 640 },
  { v: 1, type: 'unread', count: 0 },
  { v: 1, type: 'availability', online: false },
  { v: 1, type: 'event', name: 'messageReceived', id },
]

describe('the parser', () => {
  it.each(good)('lets $type through', (message) => {
    expect(parse(structuredClone(message))).toEqual(message)
  })

  it.each([
    undefined,
    null,
    0,
    'open',
    '{"v":1,"type":"open"}',
    [],
    [1, 'open'],
    {},
    { type: 'open' },
    { v: 2, type: 'open' },
    { v: '1', type: 'open' },
    { v: 1 },
    { v: 1, type: null },
    { v: 1, type: 'token' },
    { v: 1, type: ['open'] },
    { v: 1, type: 'toString' },
    { v: 1, type: '__proto__' },
    { v: 1, type: 'constructor' },
    { v: 1, type: 'theme' },
    { v: 1, type: 'theme', theme: 'pink' },
    { v: 1, type: 'theme', theme: ['dark'] },
    { v: 1, type: 'locale', locale: 'en"><img src=x>' },
    { v: 1, type: 'locale', locale: 'en\n' },
    { v: 1, type: 'set_contact', name: 'Ada' },
    { v: 1, type: 'set_contact', name: 7, email: '' },
    { v: 1, type: 'set_contact', name: undefined, email: '' },
    { v: 1, type: 'set_contact', name: 'x'.repeat(201), email: '' },
    { v: 1, type: 'set_contact', name: '', email: 'x'.repeat(255) },
    { v: 1, type: 'open', constructor: 1 },
    JSON.parse('{"v":1,"type":"open","__proto__":{"a":1}}'),
    { v: 1, type: 'compose', text: 'x'.repeat(4001) },
    { v: 1, type: 'compose', text: { toString: 'x' } },
    { v: 1, type: 'init', nonce: 'short' },
    { v: 1, type: 'resize', height: 1.5 },
    { v: 1, type: 'resize', height: Number.NaN },
    { v: 1, type: 'resize', height: 1e9 },
    { v: 1, type: 'unread', count: -1 },
    { v: 1, type: 'unread', count: '2' },
    { v: 1, type: 'availability', online: 1 },
    { v: 1, type: 'event', name: 'messageReceived', id: 'my card number is 4111' },
    { v: 1, type: 'event', name: 'password', id },
  ])('drops %j', (data) => {
    expect(parse(data)).toBeNull()
  })

  it('drops a message that carries more than it may', () => {
    expect(parse({ v: 1, type: 'event', name: 'messageSent', id, text: 'hello' })).toBeNull()
    expect(parse({ v: 1, type: 'open', token: 'x' })).toBeNull()
  })

  it('takes any text as text', () => {
    const text = '"}],{\\"v\\":1}\n\u0000\u2028 <b>\ud800 مرحبا'
    expect(parse({ v: 1, type: 'compose', text })).toEqual({ v: 1, type: 'compose', text })
  })

  it('drops what has no end, and what only pretends to be text', () => {
    const endless: Record<string, unknown> = { v: 1, type: 'open' }
    endless['self'] = endless
    expect(parse(endless)).toBeNull()
    expect(parse({ v: 1, type: 'open', n: 1n })).toBeNull()
    const type = parse({ v: 1, type: Object('opened') })?.type
    expect(typeof type).toBe('string')
  })

  it('does not take inherited fields for its own', () => {
    expect(parse(Object.create({ v: 1, type: 'open' }))).toBeNull()
  })

  it('ignores what other scripts put on the object prototype', () => {
    // oxlint-disable-next-line no-extend-native -- that is what the other script does
    Object.defineProperty(Object.prototype, 'evil', { value: {}, configurable: true })
    expect(parse({ v: 1, type: 'evil' })).toBeNull()
    Reflect.deleteProperty(Object.prototype, 'evil')
  })

  it('hears from each end only what that end may say', () => {
    expect(parseFromFrame({ v: 1, type: 'open' })).toBeNull()
    expect(parseFromFrame({ v: 1, type: 'set_contact', name: 'Ada', email: '' })).toBeNull()
    expect(parseFromHost({ v: 1, type: 'opened' })).toBeNull()
    expect(parseFromHost({ v: 1, type: 'unread', count: 3 })).toBeNull()
  })
})
