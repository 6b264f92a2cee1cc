// The thread: messages in their order, what is on its way, and who is typing.
import type { ConversationDetail } from '@leadkeep/client/shapes'
import { Button } from '@leadkeep/ui/Button'
import { Loading, Skeleton } from '@leadkeep/ui/Marks'
import { Failure } from '@leadkeep/ui/Notice'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { ArrowDown } from 'lucide-react'
import { Fragment, useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { explain, toastFailure } from '../../lib/explain.ts'
import { dayMark } from '../../lib/time.ts'
import { useNow } from '../../lib/useNow.ts'
import { useOperators } from '../../session/operators.ts'
import { useSession } from '../../session/session.ts'
import { firstUnread, layOut } from './layout.ts'
import { MessageLine, OutgoingLine } from './Message.tsx'
import { deliver, discard, useOutgoing, type Outgoing } from './outgoing.ts'
import type { Cast } from './people.ts'
import { loadOlder, messagesQuery, type ThreadData } from './queries.ts'
import { useAutoRead } from './reading.ts'
import { TypingLine } from './TypingLine.tsx'

type ThreadProps = { conversation: ConversationDetail; onEdit: (item: Outgoing) => void }

export function Thread({ conversation, onEdit }: ThreadProps) {
  const thread = useQuery(messagesQuery(conversation.id))
  if (thread.data !== undefined) return <Messages conversation={conversation} thread={thread.data} onEdit={onEdit} />
  if (thread.isError) {
    return (
      <div className="flex-1 p-4">
        <Failure {...explain(thread.error)} onRetry={() => void thread.refetch()} />
      </div>
    )
  }
  return <ThreadSkeleton />
}

function Messages({ conversation, thread, onEdit }: ThreadProps & { thread: ThreadData }) {
  const cache = useQueryClient()
  const operators = useOperators()
  const { operator, person } = useSession()
  const me = operator.id
  const myName = person.name
  const outgoing = useOutgoing(conversation.id)
  const now = useNow()
  const [unreadFrom] = useState(() => firstUnread(thread.messages, conversation.unread))
  const lines = useMemo(() => layOut(thread.messages, unreadFrom), [thread.messages, unreadFrom])
  const { title } = conversation
  const cast = useMemo<Cast>(() => ({ title, operators, me, myName }), [title, operators, me, myName])
  const { box, atEnd, onScroll, toEnd } = useEnd(thread, outgoing.length)
  useAutoRead(conversation, atEnd)

  const [loading, setLoading] = useState(false)
  const older = useCallback(() => {
    setLoading(true)
    loadOlder(cache, conversation.id)
      .catch(toastFailure('Earlier messages could not be loaded'))
      .finally(() => setLoading(false))
  }, [cache, conversation.id])

  const anonymous = conversation.contact === null
  const seed = conversation.contact?.id ?? conversation.visitor_id
  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={box}
        onScroll={onScroll}
        role="log"
        aria-label={`Messages with ${title}`}
        tabIndex={0}
        className="h-full overflow-y-auto overscroll-contain px-5 pb-4 -outline-offset-2 max-pane:px-3"
      >
        <div className="mx-auto flex min-h-full max-w-3xl flex-col justify-end">
          {thread.hasOlder && (
            <div className="flex justify-center pt-3">
              <Button size="small" weight="quiet" busy={loading} onClick={older}>
                {loading ? 'Loading…' : 'Earlier messages'}
              </Button>
            </div>
          )}
          {lines.map(({ message, newDay, first, unreadFrom: startsUnread, marked }) => (
            <Fragment key={message.id}>
              {newDay && <Rule text={dayMark(message.created_at, now)} />}
              {startsUnread && !newDay && <Rule text="New" accent />}
              <MessageLine
                message={message}
                cast={cast}
                seed={seed}
                anonymous={anonymous}
                first={first}
                mark={marked ? (conversation.visitor_read_seq >= message.seq ? 'Seen' : 'Sent') : null}
              />
            </Fragment>
          ))}
          {outgoing.map((item, index) => (
            <OutgoingLine
              key={item.clientMessageId}
              item={item}
              cast={cast}
              first={index === 0}
              onRetry={() => void deliver(cache, me, conversation.id, item)}
              onDiscard={() => {
                discard(cache, conversation.id, item.clientMessageId)
                onEdit(item)
              }}
            />
          ))}
          <TypingLine conversation={conversation} />
        </div>
      </div>
      {!atEnd && (
        <div className="pointer-events-none absolute inset-x-0 bottom-3 flex justify-center">
          <Button size="small" className="pointer-events-auto rounded-full shadow-lift" onClick={toEnd}>
            <ArrowDown size={13} aria-hidden />
            {conversation.unread > 0 ? `${String(conversation.unread)} new` : 'Newest'}
          </Button>
        </div>
      )}
    </div>
  )
}

/** Stays at the end when it is there, and where it is when older messages come in above. */
function useEnd(thread: ThreadData, outgoing: number) {
  const box = useRef<HTMLDivElement>(null)
  const [atEnd, setAtEnd] = useState(true)
  const stick = useRef(true)
  const before = useRef({ first: 0, height: 0, outgoing: 0 })
  const firstSeq = thread.messages[0]?.seq ?? 0

  const toEnd = useCallback(() => {
    const element = box.current
    if (element !== null) element.scrollTop = element.scrollHeight
  }, [])

  useLayoutEffect(() => {
    const element = box.current
    if (element === null) return
    const { first, height, outgoing: sent } = before.current
    if (first !== 0 && firstSeq < first) element.scrollTop += element.scrollHeight - height
    else if (stick.current || outgoing > sent) toEnd()
    before.current = { first: firstSeq, height: element.scrollHeight, outgoing }
  }, [thread, outgoing, firstSeq, toEnd])

  // The box also changes when the composer grows or the typing line appears.
  useLayoutEffect(() => {
    const element = box.current
    const inner = element?.firstElementChild
    if (element === null || inner === null || inner === undefined) return undefined
    const observer = new ResizeObserver(() => {
      if (stick.current) toEnd()
    })
    observer.observe(element)
    observer.observe(inner)
    return () => observer.disconnect()
  }, [toEnd])

  const onScroll = useCallback(() => {
    const element = box.current
    if (element === null) return
    stick.current = element.scrollHeight - element.scrollTop - element.clientHeight < 60
    setAtEnd(stick.current)
  }, [])

  return { box, atEnd, onScroll, toEnd }
}

function Rule({ text, accent }: { text: string; accent?: boolean }) {
  const colour = accent === true ? 'bg-accent-text' : 'bg-line'
  return (
    <div
      className={`flex items-center gap-3 pt-4 pb-1 text-11 font-medium ${accent === true ? 'text-accent-text' : 'text-muted'}`}
    >
      <span aria-hidden className={`h-px flex-1 ${colour}`} />
      {text}
      <span aria-hidden className={`h-px flex-1 ${colour}`} />
    </div>
  )
}

export function ThreadSkeleton() {
  return (
    <div className="flex min-h-0 flex-1 flex-col justify-end gap-4 overflow-hidden p-5">
      <Loading what="messages">
        <Skeleton className="h-10 w-2/5" />
        <Skeleton className="h-16 w-3/5" />
        <Skeleton className="h-10 w-1/2 self-end" />
        <Skeleton className="h-10 w-1/3" />
        <Skeleton className="h-14 w-2/5 self-end" />
      </Loading>
    </div>
  )
}
