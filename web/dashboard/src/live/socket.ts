// The operator socket: connects with the current token, keeps the stream whole, and reports how it stands.
import type { ClientToServer, Envelope, JoinAck, Mode, ServerToClient } from '@leadkeep/client/events'
import type { QueryClient } from '@tanstack/react-query'
import type { Socket } from 'socket.io-client'
import type { SessionStore } from '../session/store.ts'
import { setPresence, setTyping, setViewers, setVisitorOnline, welcomed } from './signals.ts'
import { createStream } from './stream.ts'

export type LiveStatus =
  | { kind: 'connecting' }
  | { kind: 'online' }
  | { kind: 'caught_up'; messages: number | null; awayMs: number }
  | { kind: 'reconnecting'; since: number }

type Read = { conversation_id: string; operator_id: string; seq: number }

type Deps = {
  cache: QueryClient
  session: SessionStore
  apply: (event: Envelope) => void
  onRead: (read: Read) => void
  onVisitorRead: (read: { conversation_id: string; seq: number }) => void
}

type OperatorSocket = Socket<ServerToClient, ClientToServer>

export type Live = ReturnType<typeof openLive>

export function openLive({ cache, session, apply, onRead, onVisitorRead }: Deps) {
  let status: LiveStatus = { kind: 'connecting' }
  let closed = false
  let wanted: 'online' | 'away' = 'online'
  let retry: ReturnType<typeof setTimeout> | undefined
  let refusals = 0
  const joined = new Set<string>()
  const listeners = new Set<() => void>()

  let socket: OperatorSocket | undefined

  function report(next: LiveStatus) {
    status = next
    for (const listener of listeners) listener()
  }

  const stream = createStream({
    apply,
    reload: () => void cache.invalidateQueries({ predicate: (query) => query.queryKey[0] !== 'live' }),
    resume: (after) =>
      socket === undefined
        ? Promise.reject(new Error('not connected'))
        : socket.timeout(10_000).emitWithAck('resume', { after_seq: after }),
    caughtUp: (missed) => {
      const awayMs = status.kind === 'reconnecting' ? Date.now() - status.since : 0
      report({ kind: 'caught_up', messages: missed === null ? null : missed.filter(isFromVisitor).length, awayMs })
    },
  })

  /** The server let go of us: ask who we are now, and come back if we still are somebody. */
  async function renew() {
    try {
      await session.refresh()
      if (!closed) socket?.connect()
    } catch {
      if (!closed && session.state().kind === 'in') again(renew)
    }
  }

  function again(work: () => unknown) {
    clearTimeout(retry)
    retry = setTimeout(work, Math.min(8000, 500 * 2 ** refusals++))
  }

  function enter(conversation: string) {
    socket?.emit('join', { conversation_id: conversation }, (answer: JoinAck) => {
      if (answer.ok && joined.has(conversation)) setViewers(cache, conversation, answer.viewers)
    })
  }

  function wire(socket: OperatorSocket) {
    socket.on('welcome', (welcome) => {
      const first = stream.last() === undefined
      refusals = 0
      welcomed(cache, welcome)
      if (first) report({ kind: 'online' })
      stream.welcome(welcome.seq)
      for (const conversation of joined) enter(conversation)
      socket.emit('presence', { state: wanted })
    })
    socket.on('event', stream.receive)
    socket.on('typing', (signal) => setTyping(cache, signal))
    socket.on('presence', (signal) => setPresence(cache, signal.operator_id, signal.state))
    socket.on('visitor_presence', (signal) => setVisitorOnline(cache, signal.visitor_id, signal.online))
    socket.on('viewers', (signal) => setViewers(cache, signal.conversation_id, signal.operators))
    socket.on('read', onRead)
    socket.on('visitor_read', onVisitorRead)
    socket.on('disconnect', (reason) => {
      if (closed) return
      report({ kind: 'reconnecting', since: Date.now() })
      // `ended` or a restart: socket.io does not come back by itself after the server closed on purpose.
      if (reason === 'io server disconnect') void renew()
    })
    socket.on('connect_error', (error) => {
      if (closed) return
      if (status.kind !== 'reconnecting') report({ kind: 'reconnecting', since: Date.now() })
      if (error.message === 'unauthorized') again(renew)
      else if (!socket.active) again(() => socket.connect())
    })
  }

  /** The socket library is not needed to read; it is fetched while the first page already loads. */
  async function start() {
    try {
      const { io } = await import('socket.io-client')
      if (closed) return
      socket = io({
        path: '/socket.io',
        transports: ['websocket', 'polling'],
        tryAllTransports: true,
        reconnectionDelay: 500,
        reconnectionDelayMax: 8000,
        autoConnect: false,
        forceNew: true,
        auth: (give) => {
          session.token().then(
            (token) => give({ token }),
            () => give({ token: '' }),
          )
        },
      })
      wire(socket)
      socket.connect()
    } catch {
      if (!closed) again(start)
    }
  }
  void start()

  return {
    status: () => status,
    subscribe: (listener: () => void) => {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    settle: () => {
      if (status.kind === 'caught_up') report({ kind: 'online' })
    },
    join: (conversation: string) => {
      joined.add(conversation)
      if (socket?.connected === true) enter(conversation)
    },
    leave: (conversation: string) => {
      joined.delete(conversation)
      if (socket?.connected === true) socket.emit('leave', { conversation_id: conversation })
    },
    typing: (conversation: string, mode: Mode, active: boolean) => {
      if (socket?.connected === true) socket.volatile.emit('typing', { conversation_id: conversation, mode, active })
    },
    presence: (state: 'online' | 'away') => {
      wanted = state
      if (socket?.connected === true) socket.emit('presence', { state })
    },
    retryNow: () => {
      if (socket?.connected === false) socket.disconnect().connect()
    },
    close: () => {
      closed = true
      clearTimeout(retry)
      socket?.disconnect()
    },
  }
}

function isFromVisitor(event: Envelope): boolean {
  return event.type === 'message.created' && event.actor.kind === 'visitor'
}
