// What went wrong with a call: one class for every answer that is not a success, and for no answer at all.
import type { Message } from './shapes.ts'

export type FieldError = { pointer: string; code: string; message: string }

type ProblemBody = {
  title?: string
  detail?: string
  code?: string
  errors?: FieldError[]
  missed?: Message[]
}

export class Problem extends Error {
  override readonly name = 'Problem'
  /** 0 when the server could not be reached. */
  readonly status: number
  readonly code: string
  readonly title: string
  readonly detail: string | undefined
  readonly errors: readonly FieldError[]
  readonly requestId: string | undefined
  /** Seconds to wait, from `Retry-After`. */
  readonly retryAfter: number | undefined
  /** What was said in the meantime, with `stale_thread`. */
  readonly missed: readonly Message[]

  constructor(status: number, body: ProblemBody, headers?: Headers) {
    const title = body.title ?? (status === 0 ? 'The server cannot be reached' : `The server answered ${status}`)
    super(title)
    this.status = status
    this.title = title
    this.code = body.code ?? (status === 0 ? 'unreachable' : 'unknown')
    this.detail = body.detail
    this.errors = body.errors ?? []
    this.missed = body.missed ?? []
    this.requestId = headers?.get('x-request-id') ?? undefined
    const wait = Number(headers?.get('retry-after') ?? Number.NaN)
    this.retryAfter = Number.isFinite(wait) ? wait : undefined
  }
}

/** The body of an answer that is not a success, whatever it holds. */
export function problemFrom(body: unknown, response: Response): Problem {
  const shaped = typeof body === 'object' && body !== null ? (body as ProblemBody) : {}
  return new Problem(response.status, shaped, response.headers)
}

export function isProblem(error: unknown, code?: string): error is Problem {
  return error instanceof Problem && (code === undefined || error.code === code)
}
