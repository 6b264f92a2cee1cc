// Where operators write. A reply and a note are two texts, two colours and two addresses; they never mix.
import type { Mode } from '@leadkeep/client/events'
import type { Conversation } from '@leadkeep/client/shapes'
import { Button } from '@leadkeep/ui/Button'
import { useQueryClient } from '@tanstack/react-query'
import { SendHorizontal, StickyNote } from 'lucide-react'
import { useEffect, useLayoutEffect, useRef, type KeyboardEvent, type RefObject } from 'react'
import { isMac } from '../../lib/shortcuts.ts'
import { plain } from '../../lib/text.ts'
import { useLive } from '../../live/LiveContext.tsx'
import { useMay, useSession } from '../../session/session.ts'
import { useDraft, useDraftMode, type Drafts } from './drafts.ts'
import { compose, deliver } from './outgoing.ts'
import { messagesKey, type ThreadData } from './queries.ts'
import { CollisionLine } from './TypingLine.tsx'

export const MAX_LENGTH = 4000

type ComposerProps = {
  conversation: Conversation
  drafts: Drafts
  field: RefObject<HTMLTextAreaElement | null>
  onResolve: () => void
}

export function Composer({ conversation, drafts, field, onResolve }: ComposerProps) {
  const cache = useQueryClient()
  const me = useSession().operator.id
  const mayReply = useMay('conversation.reply')
  const chosen = useDraftMode(drafts, conversation.id)
  const mode: Mode = mayReply ? chosen : 'note'
  const text = useDraft(drafts, conversation.id, mode)
  const typing = useTyping(conversation.id, mode)
  const length = [...text].length
  const ready = plain(text) !== '' && length <= MAX_LENGTH
  useGrow(field, text)

  function send(thenResolve: boolean) {
    if (!ready) return
    // What the writer has really had before their eyes, whatever else is known by now.
    const seen =
      cache.getQueryData<ThreadData>(messagesKey(conversation.id))?.messages.at(-1)?.seq ?? conversation.last_seq
    const item = compose(mode, plain(text), seen)
    drafts.write(conversation.id, mode, '')
    typing.stop()
    field.current?.focus()
    void deliver(cache, me, conversation.id, item).then((delivered) => {
      if (delivered && thenResolve) onResolve()
    })
  }

  function onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>) {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Escape') {
      event.preventDefault()
      event.currentTarget.blur()
    }
    if (event.key !== 'Enter') return
    const modifier = isMac ? event.metaKey : event.ctrlKey
    if (event.shiftKey && !modifier) return
    event.preventDefault()
    send(modifier && event.shiftKey)
  }

  const note = mode === 'note'
  return (
    <div className="@container shrink-0 px-5 pb-4 max-pane:px-3 max-pane:pb-3">
      <div
        data-mode={mode}
        className={`mx-auto max-w-3xl overflow-hidden rounded-[10px] border shadow-rise focus-within:outline-2 focus-within:-outline-offset-1 ${note ? 'border-warn-mark bg-warn-soft focus-within:outline-warn-mark' : 'border-control bg-surface focus-within:outline-accent-text'}`}
      >
        <CollisionLine conversation={conversation.id} />
        <div role="group" aria-label="What to write" className="flex gap-1 px-2 pt-2">
          {mayReply && (
            <ModeButton
              active={!note}
              onSelect={() => drafts.choose(conversation.id, 'reply')}
              draft={drafts.text(conversation.id, 'reply') !== ''}
            >
              Reply
            </ModeButton>
          )}
          <ModeButton
            active={note}
            onSelect={() => drafts.choose(conversation.id, 'note')}
            draft={drafts.text(conversation.id, 'note') !== ''}
          >
            Note
          </ModeButton>
          {note && (
            <span className="ms-auto flex items-center gap-1.5 pe-1.5 text-12 text-warn">
              <StickyNote size={12} aria-hidden />
              Only operators see this
            </span>
          )}
        </div>
        <textarea
          ref={field}
          rows={1}
          dir="auto"
          value={text}
          aria-label={note ? 'Note' : `Reply to ${conversation.title}`}
          placeholder={note ? 'Write a note for your team…' : 'Write a reply…'}
          onChange={(event) => {
            drafts.write(conversation.id, mode, event.target.value)
            typing.touch(event.target.value !== '')
          }}
          onBlur={typing.stop}
          onKeyDown={onKeyDown}
          className="block max-h-60 min-h-14 w-full resize-none bg-transparent px-3.5 pt-2 text-14 outline-none"
        />
        <div className="flex items-center gap-2 px-2 pb-2">
          <p className="min-w-0 flex-1 truncate ps-1.5 text-12 text-muted @max-[26rem]:hidden">
            Enter to send, Shift Enter for a new line
          </p>
          {length > MAX_LENGTH - 500 && (
            <span
              role="status"
              className={`ms-auto text-12 tabular-nums ${length > MAX_LENGTH ? 'text-bad' : 'text-muted'}`}
            >
              {length > MAX_LENGTH ? `${String(length - MAX_LENGTH)} too many` : `${String(MAX_LENGTH - length)} left`}
            </span>
          )}
          <Button weight="primary" className="ms-auto" disabled={!ready} onClick={() => send(false)}>
            {note ? 'Add note' : 'Send'}
            {!note && <SendHorizontal size={14} aria-hidden className="rtl:-scale-x-100" />}
          </Button>
        </div>
      </div>
    </div>
  )
}

type ModeButtonProps = { active: boolean; draft: boolean; onSelect: () => void; children: string }

function ModeButton({ active, draft, onSelect, children }: ModeButtonProps) {
  return (
    <button
      type="button"
      aria-pressed={active}
      onClick={onSelect}
      className="flex h-7 items-center gap-1.5 rounded-[5px] px-2 text-12 font-medium text-muted hover:text-text aria-pressed:bg-text/8 aria-pressed:text-text"
    >
      {children}
      {draft && !active && <span className="size-1.5 rounded-full bg-warn-mark" role="img" aria-label="has a draft" />}
    </button>
  )
}

/** The field is as high as its text. */
function useGrow(field: RefObject<HTMLTextAreaElement | null>, text: string) {
  useLayoutEffect(() => {
    const element = field.current
    if (element === null) return
    element.style.height = 'auto'
    element.style.height = `${String(element.scrollHeight)}px`
  }, [field, text])
}

const EVERY_MS = 2000

function useTyping(conversation: string, mode: Mode) {
  const live = useLive()
  const last = useRef({ at: 0, active: false })
  const stop = () => {
    if (last.current.active) live.typing(conversation, mode, false)
    last.current = { at: 0, active: false }
  }
  const latest = useRef(stop)
  useEffect(() => {
    latest.current = stop
  })
  useEffect(() => () => latest.current(), [conversation, mode])
  return {
    stop,
    touch: (some: boolean) => {
      if (!some) return stop()
      if (Date.now() - last.current.at < EVERY_MS) return
      last.current = { at: Date.now(), active: true }
      live.typing(conversation, mode, true)
    },
  }
}
