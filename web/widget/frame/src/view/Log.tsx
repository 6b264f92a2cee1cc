// The messages of one conversation, oldest first; stays at the end unless the visitor reads further up.
import { Fragment } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { day, sameDay } from '../locale/time.ts'
import type { Message } from '../shapes.ts'
import { readOf } from '../state.ts'
import { Article, PendingArticle } from './Article.tsx'
import { Body } from './Body.tsx'
import { Icon } from './Icon.tsx'
import type { PanelProps } from './props.ts'

const minutes = 60_000

function continues(message: Message, before: Message | undefined): boolean {
  return (
    before !== undefined &&
    before.author === message.author &&
    before.name === message.name &&
    Date.parse(message.createdAt) - Date.parse(before.createdAt) < 5 * minutes
  )
}

/** The newest of our messages that an operator has read. */
function newestSeen(messages: readonly Message[], operatorRead: number): string | undefined {
  return messages.findLast((message) => message.author === 'visitor' && message.seq <= operatorRead)?.id
}

export function Log(props: PanelProps) {
  const { state, chat, locale } = props
  const { messages, pending, typing } = state
  const box = useRef<HTMLDivElement>(null)
  const place = useRef({ first: '', height: 0, top: 0 })
  const [following, setFollowing] = useState(true)

  const toEnd = (): void => {
    box.current?.scrollTo({ top: box.current.scrollHeight })
    setFollowing(true)
  }

  useLayoutEffect(() => {
    const element = box.current
    if (!element) return
    const first = messages[0]?.id ?? ''
    const before = place.current
    // Older messages were put in front: keep what is being read where it is.
    if (before.first !== '' && first !== before.first) element.scrollTop = before.top + element.scrollHeight - before.height
    else if (following) element.scrollTop = element.scrollHeight
    place.current = { first, height: element.scrollHeight, top: element.scrollTop }
  }, [messages, pending, typing, state.open, following])

  useLayoutEffect(() => {
    setFollowing(true)
  }, [pending.length, state.currentId])

  useLayoutEffect(() => {
    const element = box.current
    if (!element) return undefined
    const watch = new ResizeObserver(() => {
      if (following) element.scrollTop = element.scrollHeight
    })
    watch.observe(element)
    return () => watch.disconnect()
  }, [following])

  const onScroll = (): void => {
    const element = box.current
    if (!element || element.clientHeight === 0) return
    place.current.top = element.scrollTop
    place.current.height = element.scrollHeight
    setFollowing(element.scrollHeight - element.scrollTop - element.clientHeight < 40)
  }

  const seenId = newestSeen(messages, readOf(state, state.currentId))
  return (
    <div class="log-space">
      <div
        class="log"
        role="log"
        aria-live="polite"
        aria-relevant="additions"
        aria-label={locale.words.messages}
        aria-busy={state.loading}
        tabIndex={0}
        ref={box}
        onScroll={onScroll}
      >
        {state.hasEarlier && (
          <button type="button" class="earlier" onClick={() => void chat.earlier()} disabled={state.loading}>
            {locale.words.loadEarlier}
          </button>
        )}
        {!state.hasEarlier && !state.loading && state.config.greeting !== '' && (
          <div class="message operator greeting">
            <Body text={state.config.greeting} />
          </div>
        )}
        {messages.map((message, index) => {
          const before = messages[index - 1]
          const newDay = !before || !sameDay(before.createdAt, message.createdAt)
          return (
            <Fragment key={message.id}>
              {newDay && <p class="day">{day(locale.tag, message.createdAt)}</p>}
              <Article
                {...props}
                message={message}
                continued={!newDay && continues(message, before)}
                seen={message.id === seenId}
              />
            </Fragment>
          )
        })}
        {pending.map((each) => (
          <PendingArticle key={each.clientMessageId} {...props} pending={each} />
        ))}
      </div>
      {!following && (
        <button type="button" class="newest" onClick={toEnd}>
          <Icon name="down" /> {locale.words.newest}
        </button>
      )}
      <p class="typing">
        {typing !== false && (
          <>
            <span class="dots" aria-hidden="true">
              <i />
              <i />
              <i />
            </span>
            {locale.words.typing(typing ?? locale.words.team)}
          </>
        )}
      </p>
    </div>
  )
}
