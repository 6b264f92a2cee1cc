// Where the visitor writes: Enter sends, Shift+Enter makes a new line, the field grows with the text.
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Icon } from './Icon.tsx'
import { Introduction } from './Introduction.tsx'
import { composerId, type PanelProps } from './props.ts'

/** In UTF-16 units, so never more than the server's 4000 characters. */
const longest = 4000

export function Composer(props: PanelProps) {
  const { chat, state, locale } = props
  const { words } = locale
  const form = useRef<HTMLFormElement>(null)
  const field = useRef<HTMLTextAreaElement>(null)
  const [emailWrong, setEmailWrong] = useState(false)
  const { askName, askEmail } = state.config
  const asks = state.emailRefused || (!state.known && state.pending.length === 0 && (askName || askEmail))
  const introducing = asks && state.currentId === null

  useLayoutEffect(() => {
    const area = field.current
    if (!area) return
    area.style.height = 'auto'
    area.style.height = `${area.scrollHeight + 2}px`
  }, [state.draft, state.open])

  const send = (): void => {
    const wrong = form.current?.checkValidity() === false // only the e-mail address can be wrong
    setEmailWrong(wrong)
    if (wrong) return
    chat.send()
    field.current?.focus()
  }

  const left = longest - state.draft.length
  return (
    <form
      class="composer"
      ref={form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      {introducing && <Introduction {...props} emailWrong={emailWrong || state.emailRefused} />}
      <div class="field">
        <textarea
          id={composerId}
          ref={field}
          rows={1}
          maxLength={longest}
          dir="auto"
          enterkeyhint="send"
          aria-label={words.write}
          placeholder={words.write}
          value={state.draft}
          onInput={(event) => chat.write(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
            event.preventDefault()
            send()
          }}
        />
        <button type="submit" class="send" aria-label={words.send} disabled={state.draft.trim() === ''}>
          <Icon name="send" />
        </button>
      </div>
      <p class="hint" role="status">
        {left < 200 ? words.left(new Intl.NumberFormat(locale.tag).format(left)) : ''}
      </p>
      {!state.known && state.currentId === null && <p class="hint">{words.stored}</p>}
    </form>
  )
}
