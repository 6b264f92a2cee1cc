// Name and e-mail before the first message, both free to leave empty.
import { useEffect, useRef } from 'preact/hooks'
import type { PanelProps } from './props.ts'

export function Introduction({ chat, state, locale, emailWrong }: PanelProps & { readonly emailWrong: boolean }) {
  const { words } = locale
  const { askName, askEmail } = state.config
  const email = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (emailWrong) email.current?.focus()
  }, [emailWrong])

  return (
    <div class="introduction">
      {askName && (
        <label>
          <span>
            {words.name} <small>({words.optional})</small>
          </span>
          <input
            type="text"
            name="name"
            autoComplete="name"
            maxLength={80}
            dir="auto"
            value={state.contact.name}
            onInput={(event) => chat.introduce({ name: event.currentTarget.value })}
          />
        </label>
      )}
      {(askEmail || state.emailRefused) && (
        <label>
          <span>
            {words.email} <small>({words.optional})</small>
          </span>
          <input
            ref={email}
            type="email"
            name="email"
            autoComplete="email"
            maxLength={254}
            dir="ltr"
            aria-invalid={emailWrong}
            aria-describedby={emailWrong ? 'email-wrong' : undefined}
            value={state.contact.email}
            onInput={(event) => chat.introduce({ email: event.currentTarget.value })}
          />
        </label>
      )}
      {emailWrong && (
        <p id="email-wrong" class="wrong" role="alert">
          {words.emailInvalid}
        </p>
      )}
    </div>
  )
}
