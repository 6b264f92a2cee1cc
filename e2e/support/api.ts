// The product's addresses called from outside a browser, over TLS that only the local authority vouches for.
import { request } from 'node:https'
import type { Product } from './product.ts'

type Asked = { method?: string; headers?: Record<string, string>; body?: unknown }
export type Answer = { status: number; headers: Record<string, string | string[] | undefined>; text: string; json: any }

export function call(product: Product, address: string, { method = 'GET', headers = {}, body }: Asked = {}): Promise<Answer> {
  const content = body === undefined ? undefined : JSON.stringify(body)
  return new Promise((answered, failed) => {
    const sent = request(
      address,
      {
        method,
        ca: product.authority,
        headers: { ...(content === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
      },
      (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (piece: string) => (text += piece))
        response.on('end', () => {
          const json = /json/.test(response.headers['content-type'] ?? '') ? JSON.parse(text) : undefined
          answered({ status: response.statusCode ?? 0, headers: response.headers, text, json })
        })
      },
    )
    sent.on('error', failed)
    sent.end(content)
  })
}

const dashboard = { 'Leadkeep-Client': 'dashboard' }

/** An operator without a browser. */
export class Caller {
  #cookies = ''
  token = ''

  constructor(
    readonly product: Product,
    readonly session: any,
    answer: Answer,
  ) {
    this.#keep(answer)
  }

  static async byLink(product: Product, email: string): Promise<Caller> {
    const link = await product.signInLink(email)
    const token = link.slice(link.indexOf('#') + 1)
    const origin = { Origin: product.dashboard }
    const answer = await call(product, `${product.dashboard}/api/v1/auth/link`, { method: 'POST', headers: { ...dashboard, ...origin }, body: { token } })
    if (answer.status !== 200) throw new Error(`the link was refused: ${answer.text}`)
    return new Caller(product, answer.json, answer)
  }

  #keep(answer: Answer): void {
    this.token = this.product.secret(answer.json.access_token)
    const cookies = [answer.headers['set-cookie'] ?? []].flat().map((line) => line.split(';')[0] ?? '')
    for (const cookie of cookies) this.product.secret(cookie.slice(cookie.indexOf('=') + 1))
    this.#cookies = cookies.join('; ')
  }

  get cookie(): string {
    return this.#cookies
  }

  /** Renews with this cookie, or with the newest one. */
  async refresh(cookie = this.#cookies): Promise<Answer> {
    const answer = await call(this.product, `${this.product.dashboard}/api/v1/auth/refresh`, {
      method: 'POST',
      headers: { ...dashboard, Cookie: cookie, Origin: this.product.dashboard },
    })
    if (answer.status === 200) this.#keep(answer)
    return answer
  }

  async call(method: string, path: string, body?: unknown): Promise<any> {
    const headers = { Authorization: `Bearer ${this.token}`, Origin: this.product.dashboard }
    const answer = await call(this.product, `${this.product.dashboard}/api/v1/${path}`, { method, headers, body })
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`)
    return answer.json
  }
}
