// A failed call in words for the screen.
import { Problem } from '@leadkeep/client/problem'
import { toast } from '@leadkeep/ui/Toast'
import { plural } from './time.ts'

export type Explanation = { title: string; detail?: string | undefined; requestId?: string | undefined }

export function explain(error: unknown): Explanation {
  if (!(error instanceof Problem)) {
    return { title: 'Something went wrong', detail: error instanceof Error ? error.message : undefined }
  }
  const wait = error.retryAfter
  const { requestId } = error
  if (error.code === 'rate_limited' && wait !== undefined) {
    return { title: 'Too many attempts', detail: `Try again in ${plural(wait, 'second')}.`, requestId }
  }
  // The server's title is the name of an HTTP status; what it has to say to people is the detail.
  if (error.status !== 0 && error.detail !== undefined) return { title: error.detail, requestId }
  return { title: error.title, detail: error.detail, requestId }
}

/** For an action of one's own that did not work. */
export function toastFailure(what: string) {
  return (error: unknown) => {
    const { title, detail, requestId } = explain(error)
    const reference = requestId === undefined ? '' : ` (request ${requestId})`
    toast({ tone: 'bad', text: what, detail: `${detail ?? title}${reference}` })
  }
}

/** The message for one field of a form, from `errors[].pointer`. */
export function fieldProblem(error: unknown, field: string): string | undefined {
  if (!(error instanceof Problem)) return undefined
  return error.errors.find((each) => each.pointer === `/${field}`)?.message
}
