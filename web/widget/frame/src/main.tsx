// The frame's start: wait for a host page that may embed us, then draw the panel and listen.
import type { FromFrame } from '@leadkeep/widget-protocol'
import { parseFromHost } from '@leadkeep/widget-protocol'
import { render } from 'preact'
import { createApi } from './api.ts'
import { createChat } from './chat.ts'
import { palette } from './colour.ts'
import { awaitHost, type Host } from './handshake.ts'
import { createLive } from './live.ts'
import { chooseLocale, type Locale } from './locale/choose.ts'
import { createStore, initialState } from './state.ts'
import { closeId, composerId } from './view/props.ts'
import { Panel } from './view/Panel.tsx'

const page = document.documentElement
const place = document.getElementById('panel')
const widget = /^\/w\/(wgt_[\da-z]{26})$/.exec(location.pathname)?.[1] ?? ''

function speak(locale: Locale): void {
  page.lang = locale.tag
  page.dir = locale.dir
  document.title = locale.words.chat
}

function focusStart(): void {
  if (document.activeElement !== document.body) return
  // On a touch screen the keyboard would cover half of the panel before anything has been read.
  const id = matchMedia('(pointer: coarse)').matches ? closeId : composerId
  document.getElementById(id)?.focus()
}

async function begin({ site, port, config }: Host, into: HTMLElement): Promise<void> {
  const tell = (message: FromFrame): void => port.postMessage(message)
  const store = createStore(initialState(config))
  const chat = createChat(store, createApi(widget, site), (on) => createLive(widget, site, on), tell)
  let locale = await chooseLocale(navigator.languages)

  const close = (): void => {
    chat.closed()
    tell({ v: 1, type: 'closed' })
  }
  const draw = (): void => {
    speak(locale)
    render(<Panel chat={chat} locale={locale} close={close} focusStart={focusStart} />, into)
  }
  for (const [property, value] of Object.entries(palette(config.colour))) page.style.setProperty(property, value)

  let height = 0
  const fit = (): void => {
    const wanted = store.get().currentId === null && store.get().pending.length === 0 ? 520 : 680
    if (wanted !== height) tell({ v: 1, type: 'resize', height: wanted })
    height = wanted
  }
  store.watch(fit)

  const hear = (message: ReturnType<typeof parseFromHost>): void | Promise<void> => {
    switch (message?.type) {
      case 'open':
        chat.opened()
        return tell({ v: 1, type: 'opened' })
      case 'close':
        return chat.closed()
      case 'theme':
        page.dataset['theme'] = message.theme
        return
      case 'locale':
        return chooseLocale([message.locale, ...navigator.languages]).then((chosen) => {
          locale = chosen
          draw()
        })
      case 'set_contact':
        return void chat.setContact(message)
      case 'compose':
        return store.set({ draft: message.text })
      case 'destroy':
        chat.pause()
        return port.close()
    }
  }
  // One after the other: a panel that was told its language before it was opened is never seen in another one.
  let heard = Promise.resolve()
  port.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    heard = heard.then(() => hear(parseFromHost(data)))
  })

  window.addEventListener('focus', focusStart)
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !event.isComposing) close()
  })
  document.addEventListener('visibilitychange', chat.look)
  window.addEventListener('pagehide', chat.pause)
  window.addEventListener('pageshow', chat.wake)

  draw()
  fit()
  tell({ v: 1, type: 'ready' })
  tell({ v: 1, type: 'availability', online: config.online })
  port.start()
  await chat.resume()
}

function refuse(port: MessagePort, reason: string): void {
  // oxlint-disable-next-line no-console -- the one word to whoever builds the page in
  console.warn(`leadkeep: this chat cannot be used here (${reason}). Add the page's origin to the widget's allowed sites.`)
  port.postMessage({ v: 1, type: 'availability', online: false } satisfies FromFrame)
}

// After an update of the server a part of this page may be gone: begin anew, unless the page is young or the server away.
window.addEventListener('vite:preloadError', () => {
  if (performance.now() < 10_000) return
  fetch(location.pathname, { cache: 'no-store' }).then(({ ok }) => ok && location.reload(), Boolean)
})

if (place && window.parent === window) {
  void chooseLocale(navigator.languages).then((locale) => {
    speak(locale)
    render(<p class="alone">{locale.words.notAlone}</p>, place)
  })
} else if (place) {
  awaitHost(
    (site) => createApi(widget, site).config(),
    (host) => void begin(host, place),
    refuse,
  )
}
