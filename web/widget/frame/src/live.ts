// The socket: fetched and opened only once the visitor has a conversation.
import type { Socket } from 'socket.io-client'
import { address } from 'virtual:socket'
import { fetchApart } from './apart.ts'
import type * as SocketFile from './socket.ts'
import { type Conversation, fields, list, type Message, readMessage, readStatus, text, whole } from './shapes.ts'

export type LiveEvents = {
  connected: () => void
  lost: () => void
  refused: () => void
  message: (message: Message) => void
  status: (conversationId: string, status: Conversation['status']) => void
  typing: (conversationId: string, name: string | null, active: boolean) => void
  operatorRead: (conversationId: string, seq: number) => void
  availability: (online: boolean) => void
}
export type Live = ReturnType<typeof createLive>
type Heard = { [event: string]: (detail: unknown, answer?: unknown) => void }

/** Drops what is malformed instead of letting it further in. */
const heard =
  (take: (detail: unknown) => void) =>
  (detail: unknown): void => {
    try {
      take(detail)
    } catch {
      // not as agreed: as if it had not come; the sequence shows the gap
    }
  }

const load = (query: string): Promise<typeof SocketFile> => import(/* @vite-ignore */ address + query)

/** After an update of the server the file is gone: begin anew, unless the page is so young that it would go on like this. */
function beginAnewIfGone(): void {
  if (performance.now() < 10_000) return
  fetch(address, { method: 'HEAD', cache: 'no-store' }).then(({ status }) => status === 404 && location.reload(), Boolean)
}

export function createLive(widget: string, site: string, on: LiveEvents) {
  let socket: Socket<Heard, Heard> | null = null
  let wanted = false
  const fetchSocket = () =>
    fetchApart({
      load,
      wanted: () => wanted,
      failed() {
        on.lost()
        beginAnewIfGone()
      },
    })
  let fetching: ReturnType<typeof fetchSocket> | undefined

  async function start(): Promise<void> {
    wanted = true
    if (socket) {
      socket.connect()
      return
    }
    fetching ??= fetchSocket().finally(() => {
      fetching = undefined
    })
    const fetched = await fetching
    if (!fetched || !wanted || socket) return
    const opened: Socket<Heard, Heard> = fetched.io({
      auth: { widget_id: widget, site },
      transports: ['websocket', 'polling'],
      tryAllTransports: true,
      reconnectionDelay: 500,
      reconnectionDelayMax: 15_000,
    })
    socket = opened
    opened.on('connect', on.connected)
    opened.on('disconnect', (reason) => {
      if (!wanted) return
      on.lost()
      if (reason === 'io server disconnect') opened.connect()
    })
    opened.on('connect_error', (error) => {
      if (error.message === 'unauthorized') on.refused()
      else on.lost()
    })
    opened.on('ended', () => on.refused())
    opened.on('message', heard((detail) => on.message(readMessage(detail))))
    opened.on('conversation', heard((detail) => {
      const { id, status } = fields(detail)
      on.status(text(id), readStatus(status))
    }))
    opened.on('typing', heard((detail) => {
      const { conversation_id: id, name, active } = fields(detail)
      on.typing(text(id), typeof name === 'string' ? name : null, active === true)
    }))
    opened.on('operator_read', heard((detail) => {
      const { conversation_id: id, seq } = fields(detail)
      on.operatorRead(text(id), whole(seq))
    }))
    opened.on('availability', heard((detail) => on.availability(fields(detail)['online'] === true)))
  }

  return {
    start,
    get connected(): boolean {
      return socket?.connected === true
    },
    stop(): void {
      wanted = false
      socket?.disconnect()
    },
    /** Joins, or joins again after a gap: what was missed, and the newest number there is. */
    async join(conversationId: string, afterSeq: number): Promise<{ messages: Message[]; seq: number } | null> {
      if (!socket?.connected) return null
      try {
        const asked: unknown = await socket
          .timeout(10_000)
          .emitWithAck('join', { conversation_id: conversationId, after_seq: afterSeq })
        const { ok, messages, seq } = fields(asked)
        return ok === true ? { messages: list(messages, readMessage), seq: whole(seq) } : null
      } catch {
        return null
      }
    },
    typing(conversationId: string, active: boolean): void {
      if (socket?.connected) socket.emit('typing', { conversation_id: conversationId, active })
    },
  }
}
