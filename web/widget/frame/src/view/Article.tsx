// One message in the log: who, when, what; and for our own how far it has come.
import type { ComponentChildren } from 'preact'
import { clock } from '../locale/time.ts'
import type { Pending } from '../outbox.ts'
import type { Message } from '../shapes.ts'
import { Body } from './Body.tsx'
import type { PanelProps } from './props.ts'

type MessageProps = PanelProps & {
  readonly message: Message
  /** Whether the message before it has the same author, minutes apart at most. */
  readonly continued: boolean
  readonly seen: boolean
}

export function Article({ message, continued, seen, locale }: MessageProps) {
  const author = message.author === 'visitor' ? locale.words.you : (message.name ?? locale.words.team)
  const time = clock(locale.tag, message.createdAt)
  return (
    <article class={`message ${message.author}`} aria-label={`${author}, ${time}`}>
      <header class={continued ? 'spoken' : 'byline'}>
        <span dir="auto">{author}</span> <time dateTime={message.createdAt}>{time}</time>
      </header>
      <Body text={message.body} />
      {seen && <p class="fate">{locale.words.seen}</p>}
    </article>
  )
}

/** Failures that say nothing about the message itself. */
const passing: ReadonlySet<string | null> = new Set(['no_answer', 'busy', 'internal', 'unknown', 'unauthenticated', 'session_ended'])

function reason({ failure }: Pending, { words }: PanelProps['locale']): string {
  if (failure === 'rate_limited') return words.tooFast
  return passing.has(failure) ? words.notSent : words.notAccepted
}

export function PendingArticle({ pending, chat, locale }: PanelProps & { readonly pending: Pending }) {
  const { words } = locale
  const fate: ComponentChildren =
    pending.state === 'sending' ? (
      <p class="fate">{words.sending}</p>
    ) : (
      <p class="fate failed">
        {reason(pending, locale)}{' '}
        <button type="button" onClick={() => chat.retry(pending.clientMessageId)}>
          {words.retry}
        </button>{' '}
        <button type="button" onClick={() => chat.discard(pending.clientMessageId)}>
          {words.discard}
        </button>
      </p>
    )
  return (
    <article class={`message visitor ${pending.state}`} aria-label={words.you}>
      <Body text={pending.body} />
      {fate}
    </article>
  )
}
