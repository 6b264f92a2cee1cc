// One message of a thread: a reply on its side, a note across, or a line about what happened.
import type { Message } from '@leadkeep/client/shapes'
import { Avatar } from '@leadkeep/ui/Avatar'
import { Button } from '@leadkeep/ui/Button'
import { CircleAlert, StickyNote, User } from 'lucide-react'
import { memo, type ReactNode } from 'react'
import { pieces } from '../../lib/text.ts'
import { clockTime, fullTime } from '../../lib/time.ts'
import type { Outgoing } from './outgoing.ts'
import { activityLine, authorName, faceName, type Cast } from './people.ts'

type LineProps = { message: Message; cast: Cast; seed: string; anonymous: boolean; first: boolean; mark: string | null }

export const MessageLine = memo(function MessageLine({ message, cast, seed, anonymous, first, mark }: LineProps) {
  if (message.kind === 'activity') return <ActivityLine message={message} cast={cast} />
  const name = authorName(message.author, cast)
  const time = (
    <time dateTime={message.created_at} title={fullTime(message.created_at)} className="tabular-nums">
      {clockTime(message.created_at)}
    </time>
  )
  if (message.kind === 'note') return <Note name={name} time={time} body={message.body} />
  const own = message.author.kind !== 'visitor'
  return (
    <Bubble
      own={own}
      first={first}
      body={message.body}
      head={
        <>
          <span className="called truncate" dir="auto">
            {name}
          </span>
          <span className="shrink-0 whitespace-pre"> · {time}</span>
        </>
      }
      foot={mark}
    >
      <Avatar
        name={faceName(message.author, cast)}
        seed={own ? (message.author.id ?? '') : seed}
        icon={!own && anonymous ? <User size={14} /> : undefined}
      />
    </Bubble>
  )
})

function ActivityLine({ message, cast }: { message: Message; cast: Cast }) {
  if (message.activity === null) return null
  return (
    <p className="py-1.5 text-center text-12 text-muted">
      {activityLine(message.activity, cast, Date.parse(message.created_at))}
      {' · '}
      <time dateTime={message.created_at} title={fullTime(message.created_at)} className="tabular-nums">
        {clockTime(message.created_at)}
      </time>
    </p>
  )
}

type BubbleProps = {
  own: boolean
  first: boolean
  body: string
  head: ReactNode
  foot: ReactNode
  faded?: boolean
  children: ReactNode
}

function Bubble({ own, first, body, head, foot, faded, children }: BubbleProps) {
  return (
    <div className={`flex gap-2.5 ${own ? 'flex-row-reverse' : ''} ${first ? 'pt-3' : 'pt-0.5'}`}>
      <div className="w-7 shrink-0 pt-5">{first && children}</div>
      <div className={`flex max-w-[min(36rem,78%)] min-w-0 flex-col ${own ? 'items-end' : 'items-start'}`}>
        {first && <p className="flex max-w-full pb-1 text-12 text-muted">{head}</p>}
        <div
          className={`max-w-full rounded-[10px] px-3 py-2 text-14 ${own ? 'bg-accent-soft' : 'border border-line bg-surface'} ${faded === true ? 'opacity-70' : ''}`}
        >
          <Body text={body} />
        </div>
        {foot !== null && <div className="pt-1 text-11 text-muted">{foot}</div>}
      </div>
    </div>
  )
}

function Note({
  name,
  time,
  body,
  foot,
  faded,
}: {
  name: string
  time: ReactNode
  body: string
  foot?: ReactNode
  faded?: boolean
}) {
  return (
    <div className="py-2 ps-9.5 pe-9.5 max-pane:px-0">
      <div
        className={`rounded-[10px] border border-warn-line bg-warn-soft px-3 py-2 ${faded === true ? 'opacity-70' : ''}`}
      >
        <p className="flex items-center gap-1.5 pb-0.5 text-12 text-warn">
          <StickyNote size={12} aria-hidden />
          <span className="font-semibold">Note</span>
          <span>
            {name} · {time}
          </span>
        </p>
        <Body text={body} />
      </div>
      {foot !== undefined && foot !== null && <div className="pt-1 text-end text-11 text-muted">{foot}</div>}
    </div>
  )
}

export function Body({ text }: { text: string }) {
  return (
    <p dir="auto" className="wrap-anywhere whitespace-pre-wrap">
      {pieces(text).map((piece, index) =>
        piece.kind === 'text' ? (
          piece.text
        ) : (
          <a
            key={`${String(index)}${piece.text}`}
            href={piece.text}
            target="_blank"
            rel="noopener noreferrer nofollow"
            className="text-accent-text underline underline-offset-2"
          >
            {piece.text}
          </a>
        ),
      )}
    </p>
  )
}

type OutgoingLineProps = { item: Outgoing; cast: Cast; first: boolean; onRetry: () => void; onDiscard: () => void }

export function OutgoingLine({ item, cast, first, onRetry, onDiscard }: OutgoingLineProps) {
  const failed = item.state.kind === 'failed' ? item.state.why : undefined
  const waits = item.state.kind !== 'failed'
  const foot =
    failed === undefined ? (
      <span role="status">{item.state.kind === 'sending' ? 'Sending…' : 'Not sent yet'}</span>
    ) : (
      <span role="alert" className="flex flex-wrap items-center justify-end gap-x-1.5 gap-y-1 text-12 text-bad">
        <CircleAlert size={13} aria-hidden />
        <span title={failed.requestId === undefined ? undefined : `Request ${failed.requestId}`}>
          Not sent: {failed.detail ?? failed.title}
        </span>
        <span className="flex">
          <Button size="small" onClick={onRetry}>
            Retry
          </Button>
          <Button size="small" weight="quiet" onClick={onDiscard}>
            Edit
          </Button>
        </span>
      </span>
    )
  if (item.mode === 'note')
    return <Note name="You" time={clockTime(item.at)} body={item.body} foot={foot} faded={waits} />
  return (
    <Bubble own first={first} body={item.body} head={<>You · {clockTime(item.at)}</>} foot={foot} faded={waits}>
      <Avatar name={cast.myName} seed={cast.me} />
    </Bubble>
  )
}
