// The session of this tab: the access token in memory, one refresh at a time, and a way to forget everything.
import { Problem, problemFrom } from '@leadkeep/client/problem'
import type { Session } from '@leadkeep/client/shapes'

export type SessionState =
  | { kind: 'unknown' }
  /** With a reason when there was a session and it ended by itself. */
  | { kind: 'out'; reason: string | undefined }
  | { kind: 'in'; session: Session }

type Deps = {
  fetch: (request: Request) => Promise<Response>
  /** Runs one piece of work at a time across the tabs of this browser. */
  exclusively: <T>(work: () => Promise<T>) => Promise<T>
  origin: string
  now: () => number
  /** Whether somebody may be signed in here: the cookie that says so is not for scripts to read. */
  trace: { found: () => boolean; leave: () => void; remove: () => void }
}

/** Ask for a fresh token when the old one has less than this left. */
const MARGIN_MS = 20_000

export type SessionStore = ReturnType<typeof createSessionStore>

export function createSessionStore(deps: Deps) {
  let state: SessionState = { kind: 'unknown' }
  let flight: Promise<Session> | undefined
  const listeners = new Set<() => void>()
  const forgetters = new Set<(kind: 'switched' | 'signed_out') => void>()

  function set(next: SessionState) {
    const before = state.kind === 'in' ? state.session.workspace.id : undefined
    const after = next.kind === 'in' ? next.session.workspace.id : undefined
    state = next
    if (next.kind === 'in') deps.trace.leave()
    else deps.trace.remove()
    if (before !== undefined && before !== after) {
      for (const forget of forgetters) forget(after === undefined ? 'signed_out' : 'switched')
    }
    for (const listener of listeners) listener()
  }

  async function post(path: string): Promise<Response> {
    const request = new Request(new URL(path, deps.origin), {
      method: 'POST',
      headers: { 'Leadkeep-Client': 'dashboard' },
      credentials: 'same-origin',
    })
    try {
      return await deps.fetch(request)
    } catch {
      throw new Problem(0, { detail: 'Check your connection and try again.' })
    }
  }

  async function renew(): Promise<Session> {
    const response = await deps.exclusively(() => post('/api/v1/auth/refresh'))
    const body: unknown = await response.json().catch(() => null)
    if (response.ok && isSession(body)) {
      set({ kind: 'in', session: body })
      return body
    }
    const problem = problemFrom(body, response)
    // Only a clear "no" ends the session; a server that is away does not.
    if (response.status === 401 || response.status === 403) leave(state.kind === 'in' ? problem.code : undefined)
    throw problem
  }

  /** A fresh session; callers at the same time share one request. */
  function refresh(): Promise<Session> {
    flight ??= renew().finally(() => {
      flight = undefined
    })
    return flight
  }

  /** Whoever is signed in, asking the server when this tab does not know yet. */
  async function ensure(): Promise<Session | null> {
    if (state.kind === 'in') return state.session
    if (state.kind === 'out') return null
    if (!deps.trace.found()) {
      leave(undefined)
      return null
    }
    try {
      return await refresh()
    } catch (error) {
      if (error instanceof Problem && (error.status === 401 || error.status === 403)) return null
      throw error
    }
  }

  /** An access token that will last for one call. */
  async function token(): Promise<string> {
    if (state.kind === 'in' && Date.parse(state.session.expires_at) - deps.now() > MARGIN_MS)
      return state.session.access_token
    return (await refresh()).access_token
  }

  /** `fetch` with the token; a 401 is answered by one refresh and one more try. */
  async function authorised(request: Request): Promise<Response> {
    const again = request.clone()
    const workspace = workspaceOf(state)
    const first = await deps.fetch(withToken(request, await token()))
    if (first.status !== 401) return first
    const session = await refresh()
    // Another tab switched the workspace: this call was meant for the old one, and everything known is now forgotten.
    if (workspace !== undefined && session.workspace.id !== workspace) return first
    return deps.fetch(withToken(again, session.access_token))
  }

  async function signOut(): Promise<void> {
    try {
      await post('/api/v1/auth/sign-out')
    } finally {
      leave(undefined)
    }
  }

  function leave(reason: string | undefined) {
    set({ kind: 'out', reason })
  }

  return {
    state: () => state,
    subscribe: (listener: () => void) => {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    /** Called when the workspace that was shown is no longer the one shown. */
    onForget: (forget: (kind: 'switched' | 'signed_out') => void) => {
      forgetters.add(forget)
    },
    begin: (session: Session) => set({ kind: 'in', session }),
    /** The workspace got another name; it is still the same one. */
    rename: (name: string) => {
      if (state.kind !== 'in') return
      const { workspace, workspaces } = state.session
      const renamed = workspaces.map((each) => (each.id === workspace.id ? { ...each, name } : each))
      set({ kind: 'in', session: { ...state.session, workspace: { ...workspace, name }, workspaces: renamed } })
    },
    refresh,
    ensure,
    token,
    authorised,
    signOut,
    leave,
  }
}

function workspaceOf(state: SessionState): string | undefined {
  return state.kind === 'in' ? state.session.workspace.id : undefined
}

function withToken(request: Request, token: string): Request {
  request.headers.set('Authorization', `Bearer ${token}`)
  return request
}

function isSession(body: unknown): body is Session {
  return (
    typeof body === 'object' && body !== null && 'access_token' in body && 'workspace' in body && 'operator' in body
  )
}
