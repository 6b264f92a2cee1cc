// The head of the panel: who one talks to, whether somebody is there, what else one can do, and the way out.
import { useEffect, useRef, useState } from 'preact/hooks'
import { Icon } from './Icon.tsx'
import { closeId, type PanelProps } from './props.ts'

type HeaderProps = PanelProps & { readonly close: () => void }

export function Header({ chat, state, locale, close }: HeaderProps) {
  const { words } = locale
  const { name } = state.config
  return (
    <header class="head">
      {state.view === 'list' ? (
        <button type="button" class="round" aria-label={words.back} title={words.back} onClick={chat.back}>
          <Icon name="back" />
        </button>
      ) : (
        <span class="crest" aria-hidden="true">
          {[...name][0]?.toLocaleUpperCase(locale.tag)}
        </span>
      )}
      <div class="who">
        <h1 id="title">
          <bdi>{name}</bdi>
        </h1>
        <p class={state.online ? 'presence here' : 'presence'} role="status">
          {state.online ? words.online : words.away}
        </p>
      </div>
      {state.known && <Menu chat={chat} state={state} locale={locale} />}
      <button type="button" id={closeId} class="round" aria-label={words.close} title={words.close} onClick={close}>
        <Icon name="close" />
      </button>
    </header>
  )
}

function Menu({ chat, state, locale }: PanelProps) {
  const { words } = locale
  const [open, setOpen] = useState(false)
  const [asking, setAsking] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  const opener = useRef<HTMLButtonElement>(null)

  const shut = (): void => {
    setOpen(false)
    setAsking(false)
  }
  const choose = (act: () => unknown) => (): void => {
    shut()
    opener.current?.focus()
    act()
  }

  useEffect(() => {
    if (open) box.current?.querySelector<HTMLButtonElement>('.menu button')?.focus()
  }, [open, asking])

  return (
    <div
      class="menu-space"
      ref={box}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return
        event.stopPropagation()
        shut()
        opener.current?.focus()
      }}
      onFocusOut={(event) => {
        const to = event.relatedTarget
        if (to instanceof Node && !event.currentTarget.contains(to)) shut()
      }}
    >
      <button
        type="button"
        ref={opener}
        class="round"
        aria-label={words.menu}
        title={words.menu}
        aria-expanded={open}
        onClick={() => (open ? shut() : setOpen(true))}
      >
        <Icon name="more" />
      </button>
      {open && !asking && (
        <div class="menu">
          {state.currentId !== null && (
            <button type="button" onClick={choose(chat.startNew)}>
              {words.startNew}
            </button>
          )}
          <button type="button" onClick={choose(chat.list)}>
            {words.earlierConversations}
          </button>
          <button type="button" onClick={() => setAsking(true)}>
            {words.forget}
          </button>
        </div>
      )}
      {open && asking && (
        <div class="menu">
          <p id="forget-question">{words.forgetQuestion}</p>
          <button type="button" onClick={choose(shut)}>
            {words.cancel}
          </button>
          <button type="button" class="grave" aria-describedby="forget-question" onClick={choose(() => chat.forgetMe())}>
            {words.forgetYes}
          </button>
        </div>
      )}
    </div>
  )
}
