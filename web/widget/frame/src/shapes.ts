// What the server says, read field by field: anything that is not as agreed is a failure, never a surprise further on.

export type Config = {
  name: string
  greeting: string
  colour: string
  askName: boolean
  askEmail: boolean
  allowedSites: readonly string[]
  online: boolean
}
export type Contact = { name: string; email: string }
export type Conversation = {
  id: string
  status: 'open' | 'resolved'
  lastSeq: number
  unread: number
  operatorRead: number
  updatedAt: string
}
export type Message = {
  id: string
  conversationId: string
  seq: number
  author: 'visitor' | 'operator'
  name: string | null
  body: string
  clientMessageId: string | null
  createdAt: string
}
export type Page<T> = { data: T[]; hasMore: boolean }

type Fields = { readonly [name: string]: unknown }

export class Malformed extends Error {}

export function fields(value: unknown): Fields {
  if (typeof value !== 'object' || value === null) throw new Malformed('not an object')
  return { ...value }
}

export function text(value: unknown): string {
  if (typeof value !== 'string') throw new Malformed('not a text')
  return value
}

export function whole(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw new Malformed('not a whole number')
  return value
}

export function time(value: unknown): string {
  if (Number.isNaN(Date.parse(text(value)))) throw new Malformed('not a time')
  return text(value)
}

export function list<T>(value: unknown, read: (each: unknown) => T): T[] {
  if (!Array.isArray(value)) throw new Malformed('not a list')
  return value.map((each: unknown) => read(each))
}

export function readPage<T>(value: unknown, read: (each: unknown) => T): Page<T> {
  const { data, page } = fields(value)
  return { data: list(data, read), hasMore: fields(page)['has_more'] === true }
}

export function readConfig(value: unknown): Config {
  const it = fields(value)
  return {
    name: text(it['name']),
    greeting: text(it['greeting']),
    colour: text(it['colour']),
    askName: it['ask_name'] === true,
    askEmail: it['ask_email'] === true,
    allowedSites: list(it['allowed_sites'], text),
    online: it['online'] === true,
  }
}

export function readContact(value: unknown): Contact {
  const { contact } = fields(value)
  if (contact === null || contact === undefined) return { name: '', email: '' }
  const { name, email } = fields(contact)
  return { name: typeof name === 'string' ? name : '', email: typeof email === 'string' ? email : '' }
}

/** Null for a visitor who has no session yet. */
export function readMe(value: unknown): Contact | null {
  return fields(value)['visitor_id'] === null ? null : readContact(value)
}

export const readStatus = (value: unknown): Conversation['status'] => (value === 'resolved' ? 'resolved' : 'open')

export function readConversation(value: unknown): Conversation {
  const it = fields(value)
  return {
    id: text(it['id']),
    status: readStatus(it['status']),
    lastSeq: whole(it['last_seq']),
    unread: whole(it['unread']),
    operatorRead: whole(it['operator_read_seq']),
    updatedAt: time(it['updated_at']),
  }
}

export function readMessage(value: unknown): Message {
  const it = fields(value)
  const { kind, name } = fields(it['author'])
  const clientMessageId = it['client_message_id']
  return {
    id: text(it['id']),
    conversationId: text(it['conversation_id']),
    seq: whole(it['seq']),
    author: kind === 'visitor' ? 'visitor' : 'operator',
    name: typeof name === 'string' ? name : null,
    body: text(it['body']),
    clientMessageId: typeof clientMessageId === 'string' ? clientMessageId : null,
    createdAt: time(it['created_at']),
  }
}
