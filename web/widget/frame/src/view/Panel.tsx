// The whole panel, drawn anew whenever the state changes.
import { useEffect, useState } from 'preact/hooks'
import type { Locale } from '../locale/choose.ts'
import type { Chat } from '../chat.ts'
import { current, type Notice } from '../state.ts'
import { Composer } from './Composer.tsx'
import { Conversations } from './Conversations.tsx'
import { Header } from './Header.tsx'
import { Log } from './Log.tsx'
import type { PanelProps } from './props.ts'

type Given = { readonly chat: Chat; readonly locale: Locale; readonly close: () => void; readonly focusStart: () => void }

export function Panel({ chat, locale, close, focusStart }: Given) {
  const [state, setState] = useState(chat.store.get())
  useEffect(() => chat.store.watch(setState), [chat])
  // What had the focus may be gone with the view it was in.
  useEffect(() => {
    if (document.hasFocus()) focusStart()
  }, [state.view, state.currentId, state.known, focusStart])
  const props: PanelProps = { chat, state, locale }

  return (
    <div class="panel" role="dialog" aria-labelledby="title">
      <Header {...props} close={close} />
      <main>
        <State {...props} />
        {state.view === 'list' ? (
          <Conversations {...props} />
        ) : (
          <>
            <Log {...props} />
            <Resolved {...props} />
            <Composer {...props} />
          </>
        )}
      </main>
    </div>
  )
}

/** What is not as usual, in words. */
function State({ state, locale: { words } }: PanelProps) {
  const notices: { readonly [N in Notice]: string } = {
    ended: words.ended,
    cookies: words.cookies,
    forgotten: words.forgotten,
    refused: words.refused,
    failed: words.failed,
  }
  const lines = [
    state.connection === 'lost' && words.lost,
    state.notice !== null && notices[state.notice],
    !state.online && state.connection !== 'lost' && state.view === 'thread' && words.awayHint,
  ].filter((line) => line !== false)
  return (
    <div class="notices" role="status">
      {lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
    </div>
  )
}

function Resolved({ chat, state, locale: { words } }: PanelProps) {
  if (current(state)?.status !== 'resolved') return null
  return (
    <div class="resolved">
      <p>{words.resolvedHint}</p>
      <button type="button" onClick={chat.startNew}>
        {words.startNew}
      </button>
    </div>
  )
}
