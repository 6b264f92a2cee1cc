// The visitor's own conversations, newest first.
import { dayAndClock } from '../locale/time.ts'
import type { PanelProps } from './props.ts'

export function Conversations({ chat, state, locale }: PanelProps) {
  const { words, tag } = locale
  return (
    <div class="conversations">
      <h2>{words.earlierConversations}</h2>
      {state.conversations.length === 0 && <p class="hint">{words.noConversations}</p>}
      <ul>
        {state.conversations.map((each) => (
          <li key={each.id}>
            <button type="button" onClick={() => void chat.show(each.id)}>
              <time dateTime={each.updatedAt}>{dayAndClock(tag, each.updatedAt)}</time>
              <span class={`status ${each.status}`}>{each.status === 'resolved' ? words.resolved : words.open}</span>
              {each.unread > 0 && <b>{words.unread(new Intl.NumberFormat(tag).format(each.unread))}</b>}
            </button>
          </li>
        ))}
      </ul>
      <button type="button" class="wide" onClick={chat.startNew}>
        {words.startNew}
      </button>
    </div>
  )
}
