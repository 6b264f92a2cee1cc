// Staff's session in this tab. Its token is one half; the other is a cookie that scripts cannot read. Closing the tab ends it here.
import { createStaffApi, type StaffSession } from '@leadkeep/client/staff'
import { useSyncExternalStore } from 'react'

const KEY = 'lk.staff'

export type State = { kind: 'out'; ended: boolean } | { kind: 'in'; token: string }

let state: State = begun()
const listeners = new Set<() => void>()

function begun(): State {
  const token = sessionStorage.getItem(KEY)
  return token === null ? { kind: 'out', ended: false } : { kind: 'in', token }
}

function become(next: State) {
  state = next
  for (const listener of listeners) listener()
}

export function enter(session: StaffSession): void {
  sessionStorage.setItem(KEY, session.token)
  become({ kind: 'in', token: session.token })
}

/** `ended`: not by the one who sits here. */
export function leave(ended: boolean): void {
  sessionStorage.removeItem(KEY)
  become({ kind: 'out', ended })
}

export function useSession(): State {
  return useSyncExternalStore(subscribe, () => state)
}

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

export const api = createStaffApi(async (request) => {
  const asked = state
  if (asked.kind === 'in') request.headers.set('authorization', `Bearer ${asked.token}`)
  const answer = await fetch(request)
  if (answer.status === 401 && state.kind === 'in' && state === asked) leave(true)
  return answer
})
