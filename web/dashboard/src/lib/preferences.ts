// What this browser remembers about how the dashboard looks and listens. Never message text.
import { useSyncExternalStore } from 'react'

export type Theme = 'auto' | 'light' | 'dark'
export type Preferences = { theme: Theme; shortcuts: boolean; details: boolean }

const DEFAULTS: Preferences = { theme: 'auto', shortcuts: true, details: true }
const KEY = 'lk.preferences'
const listeners = new Set<() => void>()
let current = read()

function read(): Preferences {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}')
    if (typeof stored !== 'object' || stored === null) return DEFAULTS
    const theme = 'theme' in stored && isTheme(stored.theme) ? stored.theme : DEFAULTS.theme
    const shortcuts = 'shortcuts' in stored ? stored.shortcuts === true : DEFAULTS.shortcuts
    const details = 'details' in stored ? stored.details === true : DEFAULTS.details
    return { theme, shortcuts, details }
  } catch {
    // A browser without storage, or something that is not ours: the defaults serve.
    return DEFAULTS
  }
}

function isTheme(value: unknown): value is Theme {
  return value === 'auto' || value === 'light' || value === 'dark'
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
