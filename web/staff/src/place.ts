// Where one is, below /staff: the address says it, so that it can be reloaded and gone back from.
import { useEffect, useSyncExternalStore } from 'react'

const listeners = new Set<() => void>()

function subscribe(listener: () => void) {
  listeners.add(listener)
  window.addEventListener('popstate', listener)
  return () => {
    listeners.delete(listener)
    window.removeEventListener('popstate', listener)
  }
}

/** The address below `/staff`, with its query: `/access/grt_…?conversation=cnv_…`. */
export function usePlace(): URL {
  const href = useSyncExternalStore(subscribe, () => window.location.href)
  return new URL(href)
}

export function go(to: string): void {
  window.history.pushState(null, '', `/staff${to}`)
  for (const listener of listeners) listener()
}

/** What the tab is called. */
export function useTitle(name: string): void {
  useEffect(() => {
    document.title = `${name} · Leadkeep staff`
  }, [name])
}
