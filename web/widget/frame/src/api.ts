// The visitor API: one function per operation, on the widget's own origin.
import {
  type Config,
  type Contact,
  type Conversation,
  fields,
  type Message,
  type Page,
  readConfig,
  readContact,
  readConversation,
  readMe,
  readMessage,
  readPage,
} from './shapes.ts'

/** Why a call did not work: `status` 0 means that no answer came. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly waitSeconds = 0,
  ) {
    super(code)
  }

  /** Whether the same call may work when made again. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500
  }
}

const thread = (id: string): string => `conversations/${encodeURIComponent(id)}`

export type Api = ReturnType<typeof createApi>

/** `site` is the origin of the host page as the browser vouched for it in the handshake. */
export function createApi(widget: string, site: string, request: typeof fetch = (...asked) => fetch(...asked)) {
  async function call(method: string, path: string, body?: unknown): Promise<unknown> {
    const headers = new Headers({ 'Leadkeep-Widget': widget, 'Leadkeep-Site': site })
    if (body !== undefined) headers.set('Content-Type', 'application/json')
    let answer: Response
    try {
      answer = await request(`/api/widget/v1/${path}`, {
        method,
        headers,
        credentials: 'same-origin',
        cache: 'no-store',
        signal: AbortSignal.timeout(20_000),
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
    } catch {
      throw new Refusal(0, 'no_answer')
    }
    if (answer.status === 204) return null
    const content: unknown = await answer.json().catch(() => null)
    if (answer.ok) return content
    const code = content === null ? 'unknown' : String(fields(content)['code'])
    throw new Refusal(answer.status, code, Number(answer.headers.get('Retry-After')) || 0)
  }

  return {
    config: async (): Promise<Config> => readConfig(await call('GET', 'config')),
    openSession: (): Promise<unknown> => call('POST', 'session', {}),
    endSession: (): Promise<unknown> => call('DELETE', 'session'),
    me: async (): Promise<Contact | null> => readMe(await call('GET', 'me')),
    changeMe: async (contact: Partial<Contact>): Promise<Contact> => readContact(await call('PATCH', 'me', contact)),
    conversations: async (): Promise<Conversation[]> =>
      readPage(await call('GET', 'conversations'), readConversation).data,
    start: async (
      clientMessageId: string,
      body: string,
      contact: Partial<Contact>,
    ): Promise<{ conversation: Conversation; message: Message }> => {
      const answer = fields(
        await call('POST', 'conversations', { client_message_id: clientMessageId, body, ...contact }),
      )
      return { conversation: readConversation(answer['conversation']), message: readMessage(answer['message']) }
    },
    messages: async (id: string, where = ''): Promise<Page<Message>> =>
      readPage(await call('GET', `${thread(id)}/messages${where}`), readMessage),
    send: async (id: string, clientMessageId: string, body: string): Promise<Message> =>
      readMessage(await call('POST', `${thread(id)}/messages`, { client_message_id: clientMessageId, body })),
    read: (id: string, seq: number): Promise<unknown> => call('POST', `${thread(id)}/read`, { seq }),
  }
}
