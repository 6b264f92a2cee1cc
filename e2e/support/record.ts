// Everything a page gets to see: bodies of requests and answers, socket frames, and the text of every document.
import type { BrowserContext, Frame, Page } from '@playwright/test'

type Seen = { readonly where: string; readonly text: string }

export class Record {
  readonly seen: Seen[] = []
  readonly #pending: Promise<void>[] = []

  constructor(readonly context: BrowserContext) {
    context.on('page', (page) => this.#watch(page))
    for (const page of context.pages()) this.#watch(page)
  }

  #watch(page: Page): void {
    page.on('request', (request) => {
      this.#add(`request ${request.url()}`, `${request.url()}\n${JSON.stringify(request.headers())}\n${request.postData() ?? ''}`)
    })
    page.on('response', (response) => {
      const { status } = { status: response.status() }
      if (status === 204 || status === 101 || (status >= 300 && status < 400)) return
      const api = response.url().includes('/api/')
      this.#pending.push(
        response.text().then(
          (text) => this.#add(`answer ${response.url()}`, text),
          (reason: unknown) => {
            // Only what belongs to a page that went away meanwhile may be missing, and never an answer of the product.
            if (api && !page.isClosed()) this.#add('unread answer', `${response.url()}: ${String(reason)}`)
          },
        ),
      )
    })
    page.on('websocket', (socket) => {
      socket.on('framesent', ({ payload }) => this.#add(`frame sent ${socket.url()}`, String(payload)))
      socket.on('framereceived', ({ payload }) => this.#add(`frame received ${socket.url()}`, String(payload)))
    })
  }

  #add(where: string, text: string): void {
    this.seen.push({ where, text })
  }

  /** Where in all that this text occurs; the documents are looked at now. */
  async places(text: string): Promise<string[]> {
    await Promise.all(this.#pending)
    const documents: Seen[] = []
    for (const page of this.context.pages()) {
      for (const frame of page.frames()) documents.push({ where: `document ${frame.url()}`, text: await textOf(frame) })
    }
    const needle = text.toLowerCase()
    return [...this.seen, ...documents].filter((each) => each.text.toLowerCase().includes(needle)).map(({ where }) => where)
  }

  /** Answers that could not be read, so that a search cannot pass for want of something to search. */
  async unread(): Promise<string[]> {
    await Promise.all(this.#pending)
    return this.seen.filter(({ where }) => where === 'unread answer').map(({ text }) => text)
  }
}

/** Frames that the server sends to sockets that this page opens from now on. */
export function framesOf(page: Page): string[] {
  const heard: string[] = []
  page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => heard.push(String(payload))))
  return heard
}

function textOf(frame: Frame): Promise<string> {
  return frame.evaluate(() => {
    const fields = [...document.querySelectorAll('input, textarea')].map((each) => ('value' in each ? String(each.value) : ''))
    return [document.title, location.href, document.documentElement.outerHTML, document.body.innerText, ...fields].join('\n')
  })
}
