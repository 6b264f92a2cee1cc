// Keeps the shown conversation complete: what arrives is checked against its number, and gaps are asked for.
import type { Api } from './api.ts'
import { follow, lastSeq, precede } from './sequence.ts'
import type { Message } from './shapes.ts'
import { changed, type Store } from './state.ts'

type Join = (conversationId: string, afterSeq: number) => Promise<{ messages: Message[]; seq: number } | null>
export type Sync = ReturnType<typeof createSync>

/** `arrived` hears of each message that was added, in order. */
export function createSync(store: Store, api: Pick<Api, 'messages'>, join: Join, arrived: (message: Message) => void) {
  let running: Promise<void> | null = null
  let again = false

  function add(messages: readonly Message[]): boolean {
    const { currentId } = store.get()
    const ours = messages.filter((message) => message.conversationId === currentId)
    const next = follow(store.get().messages, ours)
    if (next.fresh.length) {
      store.set({
        messages: next.messages,
        conversations: changed(store.get(), currentId, {
          lastSeq: lastSeq(next.messages),
          // A visitor's message reopens a resolved conversation.
          ...(next.fresh.some((message) => message.author === 'visitor') && { status: 'open' }),
        }),
      })
    }
    next.fresh.forEach(arrived)
    return !next.gap
  }

  /** One question for what comes after the last known message: by the socket, else by a request. */
  async function ask(id: string): Promise<boolean> {
    const after = lastSeq(store.get().messages)
    const joined = await join(id, after)
    const missed = joined?.messages ?? (await api.messages(id, `?after_seq=${after}&limit=100`)).data
    if (store.get().currentId !== id) return false
    add(missed)
    const last = lastSeq(store.get().messages)
    return last > after && last < (joined?.seq ?? Number.POSITIVE_INFINITY)
  }

  async function run(): Promise<void> {
    do {
      again = false
      const { currentId } = store.get()
      if (currentId === null) return
      try {
        while (await ask(currentId));
      } catch {
        return // no answer: the next connection asks again
      }
    } while (again)
  }

  /** Fills every gap. Called while it runs, it runs once more. */
  function catchUp(): Promise<void> {
    again = true
    running ??= run().finally(() => {
      running = null
    })
    return running
  }

  return {
    catchUp,
    /** Takes a message in; resolves when everything up to it is there, if that can be had. */
    async take(message: Message): Promise<void> {
      if (!add([message])) await catchUp()
    },
    async earlier(): Promise<void> {
      const { currentId, messages, loading } = store.get()
      const first = messages[0]?.seq
      if (currentId === null || first === undefined || loading) return
      store.set({ loading: true })
      try {
        const page = await api.messages(currentId, `?before_seq=${first}&limit=50`)
        if (store.get().currentId !== currentId) return
        store.set({ messages: precede(store.get().messages, page.data), hasEarlier: page.hasMore })
      } catch {
        // the button stays and can be pressed again
      } finally {
        store.set({ loading: false })
      }
    },
  }
}
