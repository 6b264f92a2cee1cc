// The session of this page, and how components read it.
import { createApi } from '@leadkeep/client/api'
import type { Permission, Session } from '@leadkeep/client/shapes'
import { useSyncExternalStore } from 'react'
import { createSessionStore } from './store.ts'

const TRACE = 'lk.signed-in'

/** Without storage everybody may be signed in, and the server is asked. */
function trace<T>(access: (storage: Storage) => T, otherwise: T): T {
  try {
    return access(window.localStorage)
  } catch {
    return otherwise
  }
}

export const session = createSessionStore({
  fetch: (request) => fetch(request),
  exclusively: async (work) => {
    if (!('locks' in navigator)) return work()
    return await navigator.locks.request('leadkeep.refresh', work)
  },
  origin: window.location.origin,
  now: () => Date.now(),
  trace: {
    found: () => trace((storage) => storage.getItem(TRACE) !== null, true),
    leave: () => trace((storage) => storage.setItem(TRACE, '1'), undefined),
    remove: () => trace((storage) => storage.removeItem(TRACE), undefined),
  },
})

/** Calls on behalf of the operator. */
export const api = createApi(session.authorised)

/** Calls before anybody is signed in. */
export const publicApi = createApi((request) => fetch(request))

export function useSessionState() {
  return useSyncExternalStore(session.subscribe, session.state)
}

// While signing out, components stay until the router has left; they keep what they last saw.
let seen: Session | undefined
session.subscribe(() => {
  const state = session.state()
  if (state.kind === 'in') seen = state.session
})

/** The session, for components that are only on screen while there is one. */
export function useSession(): Session {
  const state = useSessionState()
  const known = state.kind === 'in' ? state.session : seen
  if (known === undefined) throw new Error('This component needs a session')
  return known
}

export function useMay(permission: Permission): boolean {
  return useSession().permissions.includes(permission)
}
