// The typed HTTP client: openapi-fetch over whatever `fetch` it is given.
import createClient from 'openapi-fetch'
import { Problem, problemFrom } from './problem.ts'
import type { Paths } from './shapes.ts'

export function createApi(send: (request: Request) => Promise<Response>) {
  return createClient<Paths>({ baseUrl: globalThis.location?.origin ?? '', fetch: send })
}

export type Api = ReturnType<typeof createApi>

type Outcome<T> = { data?: T; error?: unknown; response: Response }

/** The data of an answer, or a thrown `Problem`. */
export async function unwrap<T>(call: Promise<Outcome<T>>): Promise<T> {
  const outcome = await reach(call)
  if (!outcome.response.ok) throw problemFrom(outcome.error, outcome.response)
  return outcome.data as T
}

async function reach<T>(call: Promise<Outcome<T>>): Promise<Outcome<T>> {
  try {
    return await call
  } catch (error) {
    if (error instanceof Problem || (error instanceof DOMException && error.name === 'AbortError')) throw error
    throw new Problem(0, { detail: 'Check your connection and try again.' })
  }
}
