// One widget on the page: launcher, panel, and what they know about each other.
import type { FromFrame, FromHost } from '@leadkeep/widget-protocol'
import { connect } from './connection.ts'
import { css, fullScreen } from './look.ts'
import { speak } from './words.ts'

export type Options = { [name: string]: unknown }
export type Commands = { readonly [name: string]: (options: Options, given: unknown) => unknown }
export type Report = (event: string, detail?: unknown) => void

/** An error a page can tell apart by its code. */
export const coded = (code: string): Error => Object.assign(new Error(code), { code })

export const text = (value: unknown): string => {
  if (typeof value === 'string') return value
  throw coded('invalid_argument')
}

const create = <T extends keyof HTMLElementTagNameMap>(tag: T): HTMLElementTagNameMap[T] => document.createElement(tag)

export function createWidget(origin: string, widget: string, report: Report, ask: (command: string) => void): Commands {
  const state = { loaded: false, open: false, unread: 0, online: false }
  const kept = new Map<string, FromHost>()
  const waiting: [yes: () => void, no: (reason: Error) => void][] = []
  let wanted = false
  let frame: HTMLIFrameElement | undefined
  let say: (message: FromHost) => unknown = Boolean // nobody listens before there is a frame
  let patience: ReturnType<typeof setTimeout>
  let rescues = 0
  let [language, dir, name, unread] = speak(navigator.languages)

  const host = create('div')
  const root = host.attachShadow({ mode: 'closed' })
  const box = create('div')
  const button = create('button')
  const badge = create('b')
  const live = create('p')
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(css)
  root.adoptedStyleSheets = [sheet]
  button.append(create('i'), badge)
  box.append(button, live)
  root.append(box)
  live.role = 'status'

  const draw = (): void => {
    const count = `${state.unread || ''}`
    const news = count && `${unread}: ${count}`
    button.ariaExpanded = `${state.open}`
    button.ariaLabel = name + (news && `, ${news}`)
    badge.textContent = count
    if (live.textContent !== news) live.textContent = news
    if (frame) frame.hidden = !state.open
    box.dir = dir
    box.lang = language
  }

  const settle = (code?: string): void => {
    for (const [yes, no] of waiting.splice(0)) {
      if (code) no(coded(code))
      else yes()
    }
  }

  const close = (): void => {
    const inside = root.activeElement === frame
    const was = state.open
    wanted = state.open = false
    say({ v: 1, type: 'close' })
    settle('closed')
    draw()
    if (was) {
      document.body.inert = false
      if (inside) button.focus()
      report('closed')
    }
  }

  const refuse = (): void => {
    settle('unavailable')
    state.loaded = false
    close()
    frame?.remove()
    frame = undefined
    report('error', coded('unavailable'))
  }

  const receive = (message: FromFrame): void => {
    const { type } = message
    if (type === 'ready') {
      clearTimeout(patience)
      state.loaded = true
      report('ready')
    } else if (type === 'availability') {
      state.online = message.online
      report(type, message.online)
      if (!state.loaded) refuse()
    } else if (type === 'opened' && wanted && !state.open) {
      state.open = true
      // On a phone the panel covers the page, so the page must not be reachable behind it.
      document.body.inert = matchMedia(fullScreen).matches
      draw()
      frame?.focus()
      settle()
      report(type)
    } else if (type === 'closed' && state.open) close()
    else if (type === 'resize') box.style.setProperty('--h', `${message.height}px`)
    else if (type === 'unread') report(type, (state.unread = message.count))
    else if (type === 'event') report(message.name, { id: message.id })
    draw()
  }

  /** The frame is made when the visitor comes near, never before. */
  const prepare = (): void => {
    if (frame) return
    frame = create('iframe')
    frame.title = name
    frame.setAttribute('sandbox', 'allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox')
    frame.referrerPolicy = 'origin'
    frame.src = `${origin}/w/${widget}`
    // Each document in the frame gets a fresh port, in which all this waits until the document has checked us.
    const loaded = (): void => {
      state.loaded = false
      clearTimeout(patience)
      patience = setTimeout(refuse, 15_000)
      kept.forEach((message) => say(message))
      kept.delete('compose')
      if (wanted) say({ v: 1, type: 'open' })
    }
    say = connect(frame, origin, loaded, receive)
    draw()
    box.append(frame)
  }

  const open = (): Promise<void> =>
    new Promise((yes, no) => {
      if (state.open) return yes()
      waiting.push([yes, no])
      wanted = true
      prepare()
      say({ v: 1, type: 'open' })
      draw()
    })

  const tell = (message: FromHost): void => {
    kept.set(message.type, message)
    say(message)
  }

  const boot = ({ theme, locale, side, colour, launcher }: Options): void => {
    if (theme) tell({ v: 1, type: 'theme', theme: text(theme) })
    if (locale) {
      tell({ v: 1, type: 'locale', locale: text(locale) })
      ;[language, dir, name, unread] = speak([text(locale)])
    }
    if (side) box.className = `${side}`
    if (colour) box.style.setProperty('--c', `${colour}`)
    if (launcher) button.hidden = launcher === 'none'
    draw()
  }

  button.onclick = () => ask('toggle')
  button.onpointerenter = button.onfocus = prepare
  button.onkeydown = ({ key }) => {
    if (key === 'Escape') close()
  }

  /** Pages that swap their body leave what hangs on the root alone; those that swap more get it put back. */
  const attach = (): void => {
    if (!host.isConnected && rescues++ < 50) document.documentElement.append(host)
  }
  const watch = new MutationObserver(attach)
  watch.observe(document.documentElement, { childList: true })
  attach()
  draw()

  return {
    boot,
    open,
    close,
    toggle: () => (state.open ? close() : open()),
    show: () => boot({ launcher: 'button' }),
    hide() {
      close()
      boot({ launcher: 'none' })
    },
    compose: (given) => tell({ v: 1, type: 'compose', text: text(given['text']) }),
    setContact: ({ name: called = '', email = '' }) =>
      tell({ v: 1, type: 'set_contact', name: text(called), email: text(email) }),
    setLocale: (_, locale) => boot({ locale }),
    setTheme: (_, theme) => boot({ theme }),
    get: () => ({ ...state, visible: !button.hidden }),
    destroy() {
      close()
      say({ v: 1, type: 'destroy' })
      clearTimeout(patience)
      watch.disconnect()
      host.remove()
    },
  }
}
