// The chat itself: what the visitor does, what the server says, and what follows from both.
import type { FromFrame } from '@leadkeep/widget-protocol'
import { type Api, Refusal } from './api.ts'
import type { Live, LiveEvents } from './live.ts'
import { createOutbox, type Pending } from './outbox.ts'
import { lastSeq } from './sequence.ts'
import type { Contact, Conversation, Message } from './shapes.ts'
import { changed, current, emptyThread, nobody, type Notice, readOf, type Store, unread } from './state.ts'
import { createSync } from './sync.ts'
import { createTypingReceiver, createTypingSender } from './typing.ts'

/** Without what no keyboard types and the server does not take: control characters other than tabs and line ends. */
const plain = (text: string): string => text.replaceAll(/[^\P{Cc}\t\n\r]/gu, '').trim()

export type Chat = ReturnType<typeof createChat>

export function createChat(
  store: Store,
  api: Api,
  connect: (on: LiveEvents) => Live,
  tell: (message: FromFrame) => void,
) {
  let lostTimer: ReturnType<typeof setTimeout> | undefined
  let readSeq = 0

  const calm = (): void => {
    clearTimeout(lostTimer)
    lostTimer = undefined
  }

  const live = connect({
    connected() {
      calm()
      store.set({ connection: 'connected' })
      void sync.catchUp()
      void refresh()
      outbox.retryUnanswered()
    },
    lost() {
      // A blink is not worth a word; further failed attempts do not put the word off.
      lostTimer ??= setTimeout(() => store.set({ connection: 'lost', typing: false }), 1500)
    },
    refused: () => forget('ended'),
    message: (message) => void receive(message),
    status: (id, status) => store.set({ conversations: changed(store.get(), id, { status }) }),
    typing(id, name, active) {
      if (id === store.get().currentId) hearTyping(name, active)
    },
    operatorRead(id, seq) {
      store.set({ conversations: changed(store.get(), id, { operatorRead: Math.max(seq, readOf(store.get(), id)) }) })
    },
    availability(online) {
      store.set({ online })
      tell({ v: 1, type: 'availability', online })
    },
  })

  const sync = createSync(store, api, live.join, (message) => {
    if (message.clientMessageId !== null) outbox.drop(message.clientMessageId)
    if (message.author === 'visitor') return
    hearTyping(null, false)
    const { conversations, currentId } = store.get()
    const before = conversations.find((each) => each.id === currentId)?.unread ?? 0
    store.set({ conversations: changed(store.get(), currentId, { unread: before + 1 }) })
    tell({ v: 1, type: 'event', name: 'messageReceived', id: message.id })
    settleUnread()
  })

  const outbox = createOutbox(deliver, (pending) => store.set({ pending }))
  const hearTyping = createTypingReceiver((typing) => store.set({ typing }))
  const sayTyping = createTypingSender((active) => {
    const { currentId } = store.get()
    if (currentId !== null) live.typing(currentId, active)
  })

  async function receive(message: Message): Promise<void> {
    if (message.conversationId === store.get().currentId) await sync.take(message)
    else await refresh()
  }

  /** One attempt to bring a message to the server: session, then conversation, then the message itself. */
  async function deliver({ clientMessageId, body, tried }: Pending): Promise<void> {
    const fresh = !store.get().known
    if (fresh) await api.openSession()
    store.set({ known: true, notice: null })
    try {
      const { currentId } = store.get()
      if (currentId === null) await begin(clientMessageId, body, tried)
      else await sync.take(await api.send(currentId, clientMessageId, body))
    } catch (error) {
      if (error instanceof Refusal && error.status === 401) forget(fresh ? 'cookies' : 'ended')
      if (error instanceof Refusal && error.status === 403) store.set({ notice: 'refused' })
      if (error instanceof Refusal && error.status === 400 && store.get().currentId === null && store.get().contact.email !== '') {
        // The words are fine, the address is not: both go back to the visitor.
        outbox.drop(clientMessageId)
        store.set({ draft: body, emailRefused: true })
      }
      throw error
    }
    const { messages } = store.get()
    const sent = messages.find((each) => each.clientMessageId === clientMessageId)
    if (sent) tell({ v: 1, type: 'event', name: 'messageSent', id: sent.id })
  }

  async function begin(clientMessageId: string, body: string, tried: boolean): Promise<void> {
    // An earlier attempt may have arrived although its answer did not: look before starting a second conversation.
    if (tried) {
      await refresh()
      for (const { id } of store.get().conversations.slice(0, 3)) {
        const { data } = await api.messages(id)
        if (data.some((each) => each.clientMessageId === clientMessageId)) return show(id)
      }
    }
    const { name, email } = store.get().contact
    const { conversation, message } = await api.start(clientMessageId, body, {
      ...(name && { name }),
      ...(email && { email }),
    })
    const others = store.get().conversations.filter((each) => each.id !== conversation.id)
    store.set({ ...emptyThread, conversations: [conversation, ...others], currentId: conversation.id })
    tell({ v: 1, type: 'event', name: 'conversationStarted', id: conversation.id })
    await sync.take(message)
    if (live.connected) await sync.catchUp()
    else void live.start()
  }

  async function refresh(): Promise<void> {
    if (!store.get().known) return
    try {
      const conversations = await api.conversations()
      // What was heard while the answer was on its way may be newer than the answer.
      const merged = conversations.map((each) => ({ ...each, operatorRead: Math.max(each.operatorRead, readOf(store.get(), each.id)) }))
      store.set({ conversations: merged.toSorted((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1)) })
      settleUnread()
    } catch {
      // the next connection or opening asks again
    }
  }

  async function show(id: string): Promise<void> {
    store.set({ ...emptyThread, currentId: id, view: 'thread', loading: true })
    readSeq = 0
    try {
      const page = await api.messages(id)
      if (store.get().currentId !== id) return
      store.set({ messages: page.data, hasEarlier: page.hasMore })
      for (const { clientMessageId } of page.data) if (clientMessageId !== null) outbox.drop(clientMessageId)
    } catch {
      store.set({ hasEarlier: false })
    }
    store.set({ loading: false })
    if (live.connected) await sync.catchUp()
    else void live.start()
    settleUnread()
  }

  /** Marks as read what is on the screen, and tells the page how much is not. */
  function settleUnread(): void {
    const state = store.get()
    const last = lastSeq(state.messages)
    const seen = state.open && state.view === 'thread' && document.visibilityState === 'visible'
    if (seen && state.currentId !== null && last > 0 && (current(state)?.unread ?? 0) > 0) {
      store.set({ conversations: changed(state, state.currentId, { unread: 0 }) })
      if (last > readSeq) {
        readSeq = last
        api.read(state.currentId, last).catch(() => {
          readSeq = 0
        })
      }
    }
    tell({ v: 1, type: 'unread', count: Math.min(unread(store.get()), 9999) })
  }

  function forget(notice: Notice): void {
    calm()
    live.stop()
    if (notice === 'forgotten') outbox.clear()
    store.set({ ...emptyThread, conversations: [], known: false, contact: nobody, connection: 'idle', view: 'thread', notice })
    settleUnread()
  }

  return {
    store,
    /** Finds out whether this browser was here before; asks for nothing else when it was not. */
    async resume(): Promise<void> {
      try {
        const contact = await api.me()
        if (contact === null) return
        store.set({ contact, known: true })
      } catch {
        return
      }
      await refresh()
      const latest: Conversation | undefined = store.get().conversations[0]
      if (latest) await show(latest.id)
    },
    opened(): void {
      store.set({ open: true })
      void refresh()
      settleUnread()
    },
    closed(): void {
      sayTyping.stop()
      store.set({ open: false })
    },
    send(): void {
      const body = plain(store.get().draft)
      if (body === '') return
      sayTyping.stop()
      store.set({ draft: '' })
      outbox.add(body)
    },
    write(draft: string): void {
      store.set({ draft })
      if (draft.trim() === '') sayTyping.stop()
      else sayTyping.touch()
    },
    retry: outbox.retry,
    discard: outbox.drop,
    earlier: sync.earlier,
    show,
    look: settleUnread,
    list(): void {
      store.set({ view: 'list' })
      void refresh()
    },
    back: (): void => store.set({ view: 'thread' }),
    startNew: (): void => store.set({ ...emptyThread, view: 'thread', notice: null }),
    introduce: (contact: Partial<Contact>): void => store.set({ emailRefused: false, contact: { ...store.get().contact, ...contact } }),
    /** From the page: unverified, and never over what the visitor wrote. */
    async setContact({ name, email }: Contact): Promise<void> {
      const { contact, known } = store.get()
      const next = { name: contact.name || plain(name).slice(0, 80), email: contact.email || email.trim() }
      store.set({ contact: next })
      if (!known || (next.name === contact.name && next.email === contact.email)) return
      await api.changeMe({ ...(next.name && { name: next.name }), ...(next.email && { email: next.email }) }).catch(() => null)
    },
    async forgetMe(): Promise<void> {
      try {
        await api.endSession()
      } catch (error) {
        if (!(error instanceof Refusal && error.status === 401)) return store.set({ notice: 'failed' })
      }
      forget('forgotten')
    },
    pause: (): void => live.stop(),
    wake(): void {
      if (store.get().connection !== 'idle') void live.start()
    },
  }
}
