// What this browser remembers about how the dashboard looks and listens. Never message text.
import { useSyncExternalStore } from 'react'
import * as z from 'zod/mini'

const shape = z.object({
  theme: z._default(z.enum(['auto', 'light', 'dark']), 'auto'),
  shortcuts: z._default(z.boolean(), true),
  details: z._default(z.boolean(), true),
})
export type Preferences = z.infer<typeof shape>

const KEY = 'lk.preferences'
const listeners = new Set<() => void>()
let current = read()

function read(): Preferences {
  try {
    const stored = shape.safeParse(JSON.parse(localStorage.getItem(KEY) ?? '{}'))
    if (stored.success) return stored.data
  } catch {
    // A browser without storage, or something that is not ours: the defaults serve.
  }
  return { theme: 'auto', shortcuts: true, details: true }
}

export function preferences(): Preferences {
  return current
}

export function setPreferences(change: Partial<Preferences>): void {
  current = { ...current, ...change }
  try {
    localStorage.setItem(KEY, JSON.stringify(current))
  } catch {
    // Kept for this page only.
  }
  applyTheme()
  for (const listener of listeners) listener()
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, preferences)
}

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

function applyTheme() {
  const dark = current.theme === 'dark' || (current.theme === 'auto' && prefersDark().matches)
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
}

function prefersDark() {
  return window.matchMedia('(prefers-color-scheme: dark)')
}

/** Follows the system, and the other tabs of this browser. */
export function watchPreferences(): void {
  prefersDark().addEventListener('change', applyTheme)
  window.addEventListener('storage', (event) => {
    if (event.key !== KEY) return
    current = read()
    applyTheme()
    for (const listener of listeners) listener()
  })
}
