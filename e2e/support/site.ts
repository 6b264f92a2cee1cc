// Web sites that are not ours: any name under .test, pages as a test writes them, over TLS.
import type { IncomingMessage } from 'node:http'
import { createServer, type Server } from 'node:https'
import { certificate } from './certificate.ts'

export type Reply = { body: string; type?: string; headers?: Record<string, string> }
export type Asked = { url: string; host: string; method: string; headers: IncomingMessage['headers'] }

/** One listener that answers for every name; what was asked of it is kept. */
export class Sites {
  readonly asked: Asked[] = []
  readonly #pages = new Map<string, Reply>()
  readonly #server: Server
  #port = 0

  constructor() {
    this.#server = createServer(certificate('*.test'), (request, response) => {
      const { url = '/', method = 'GET', headers } = request
      const host = (headers.host ?? '').split(':')[0] ?? ''
      this.asked.push({ url, host, method, headers })
      const reply = this.#pages.get(`${host}${url.split('?')[0] ?? ''}`)
      response.writeHead(reply === undefined ? 404 : 200, {
        'Content-Type': reply?.type ?? 'text/html; charset=utf-8',
        'Cache-Control': 'no-store',
        ...reply?.headers,
      })
      response.end(reply?.body ?? '')
    })
  }

  async start(): Promise<void> {
    await new Promise<void>((ready) => this.#server.listen(0, '127.0.0.1', ready))
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    this.#port = address.port
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((closed) => this.#server.close(closed))
  }

  origin(name: string): string {
    return `https://${name}.test:${this.#port}`
  }

  /** Puts a page on a site; answers with its address. */
  put(name: string, path: string, reply: Reply | string): string {
    this.#pages.set(`${name}.test${path}`, typeof reply === 'string' ? { body: reply } : reply)
    return this.origin(name) + path
  }
}

export type Snippet = { id: string; loader_url: string; integrity: string }

export const snippet = ({ id, loader_url, integrity }: Snippet): string =>
  `<script async src="${loader_url}" data-widget="${id}" integrity="${integrity}" crossorigin="anonymous"></script>`

/** A page that shows the widget, with what is to run before and after the loader. */
export const hostPage = (widget: Snippet, { before = '', after = '' } = {}): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Host</title>${before && `<script>${before}</script>`}${snippet(widget)}</head>` +
  `<body><h1>Host</h1>${after && `<script>${after}</script>`}</body></html>`
