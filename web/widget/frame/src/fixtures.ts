// Made-up messages and conversations for the tests.
import { Refusal } from './api.ts'
import { createStore, initialState, type Store } from './state.ts'
import type { Conversation, Message } from './shapes.ts'

export const conversationId = 'cnv_01k7st2000e008000000000001'
export const at = '2026-11-03T14:00:00.000Z'

export const message = (seq: number, more: Partial<Message> = {}): Message => ({
  id: `msg_${String(seq).padStart(26, '0')}`,
  conversationId,
  seq,
  author: 'operator',
  name: 'Mira',
  body: `message ${seq}`,
  clientMessageId: null,
  createdAt: at,
  ...more,
})

export const conversation = (more: Partial<Conversation> = {}): Conversation => ({
  id: conversationId,
  status: 'open',
  lastSeq: 0,
  unread: 0,
  operatorRead: 0,
  updatedAt: at,
  ...more,
})

export const newStore = (): Store =>
  createStore(
    initialState({
      name: 'Fern & Clay',
      greeting: 'Hello!',
      colour: '#2f6b4f',
      askName: true,
      askEmail: true,
      allowedSites: ['https://shop.example'],
      online: true,
    }),
  )

export const noAnswer = (): Refusal => new Refusal(0, 'no_answer')

/** Lets everything that only waits for promises run. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 30; turn += 1) await Promise.resolve()
}
