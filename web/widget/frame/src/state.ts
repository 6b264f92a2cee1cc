// What the frame knows at one moment, and the small store that holds it.
import type { Pending } from './outbox.ts'
import type { Config, Contact, Conversation, Message } from './shapes.ts'

export type Connection = 'idle' | 'connected' | 'lost'
export type Notice = 'ended' | 'cookies' | 'forgotten' | 'refused' | 'failed'

export type State = {
  readonly config: Config
  readonly open: boolean
  readonly view: 'thread' | 'list'
  /** Whether this browser already has a session. */
  readonly known: boolean
  readonly contact: Contact
  /** The server did not take the address the visitor gave. */
  readonly emailRefused: boolean
  readonly conversations: readonly Conversation[]
  readonly currentId: string | null
  readonly messages: readonly Message[]
  readonly hasEarlier: boolean
  readonly loading: boolean
  readonly pending: readonly Pending[]
  readonly draft: string
  /** Who writes; null for an operator without a name, false for nobody. */
  readonly typing: string | null | false
  readonly online: boolean
  readonly connection: Connection
  readonly notice: Notice | null
}

export const nobody: Contact = { name: '', email: '' }

export const emptyThread = {
  currentId: null,
  messages: [],
  hasEarlier: false,
  loading: false,
  typing: false,
} as const

export function initialState(config: Config): State {
  return {
    ...emptyThread,
    config,
    open: false,
    view: 'thread',
    known: false,
    contact: nobody,
    emailRefused: false,
    conversations: [],
    pending: [],
    draft: '',
    online: config.online,
    connection: 'idle',
    notice: null,
  }
}

export type Store = ReturnType<typeof createStore>

export function createStore(first: State) {
  let state = first
  const watchers = new Set<(state: State) => void>()
  return {
    get: (): State => state,
    set(change: Partial<State>): void {
      state = { ...state, ...change }
      for (const watcher of watchers) watcher(state)
    },
    watch(watcher: (state: State) => void): () => void {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
  }
}

export const current = (state: State): Conversation | undefined =>
  state.conversations.find((each) => each.id === state.currentId)

export const unread = (state: State): number => state.conversations.reduce((sum, each) => sum + each.unread, 0)

/** How far operators have read a conversation. */
export const readOf = (state: State, id: string | null): number =>
  state.conversations.find((each) => each.id === id)?.operatorRead ?? 0

/** The list with one conversation changed. */
export const changed = (state: State, id: string | null, change: Partial<Conversation>): readonly Conversation[] =>
  state.conversations.map((each) => (each.id === id ? { ...each, ...change } : each))
