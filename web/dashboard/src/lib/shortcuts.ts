// Keyboard shortcuts: the one list of them, and how a component answers to one.
import { useEffect, useRef } from 'react'
import { preferences } from './preferences.ts'

export type Shortcut = { id: string; keys: readonly string[]; label: string; group: string }

/** `mod` is ⌘ on a Mac and Ctrl elsewhere; two parts with a space are pressed one after the other. */
export const SHORTCUTS = [
  { id: 'palette', keys: ['mod+k'], label: 'Command palette', group: 'Everywhere' },
  { id: 'help', keys: ['?'], label: 'This list', group: 'Everywhere' },
  { id: 'go.inbox', keys: ['g i'], label: 'Go to open conversations', group: 'Everywhere' },
  { id: 'go.mine', keys: ['g m'], label: 'Go to your conversations', group: 'Everywhere' },
  { id: 'go.unassigned', keys: ['g u'], label: 'Go to unassigned', group: 'Everywhere' },
  { id: 'go.settings', keys: ['g s'], label: 'Go to settings', group: 'Everywhere' },
  { id: 'search', keys: ['/'], label: 'Search conversations', group: 'Inbox' },
  { id: 'next', keys: ['j', 'ArrowDown'], label: 'Next conversation', group: 'Inbox' },
  { id: 'previous', keys: ['k', 'ArrowUp'], label: 'Previous conversation', group: 'Inbox' },
  { id: 'close', keys: ['Escape'], label: 'Back to the list', group: 'Inbox' },
  { id: 'details', keys: ['d'], label: 'Show or hide details', group: 'Inbox' },
  { id: 'reply', keys: ['r'], label: 'Reply', group: 'Conversation' },
  { id: 'note', keys: ['n'], label: 'Write a note', group: 'Conversation' },
  { id: 'assign', keys: ['a'], label: 'Assign', group: 'Conversation' },
  { id: 'assign.me', keys: ['i'], label: 'Assign to me', group: 'Conversation' },
  { id: 'resolve', keys: ['e'], label: 'Resolve or reopen', group: 'Conversation' },
  { id: 'resolve.next', keys: ['Shift+E'], label: 'Resolve and go to the next', group: 'Conversation' },
  { id: 'snooze', keys: ['z'], label: 'Snooze', group: 'Conversation' },
  { id: 'unread', keys: ['u'], label: 'Mark unread', group: 'Conversation' },
] as const satisfies readonly Shortcut[]

export type ShortcutId = (typeof SHORTCUTS)[number]['id']

/** Keys of the composer; it listens to them itself. */
export const COMPOSER_KEYS: readonly Shortcut[] = [
  { id: 'send', keys: ['Enter', 'mod+Enter'], label: 'Send', group: 'Composer' },
  { id: 'line', keys: ['Shift+Enter'], label: 'New line', group: 'Composer' },
  { id: 'send.resolve', keys: ['mod+Shift+Enter'], label: 'Send and resolve', group: 'Composer' },
  { id: 'leave', keys: ['Escape'], label: 'Leave the text field', group: 'Composer' },
]

export const isMac = /mac|iphone|ipad/i.test(globalThis.navigator?.userAgent ?? '')

/** A shortcut as it is printed: `['⌘', 'K']`, `['G', 'I']`. */
export function printed(keys: string): string[] {
  const names: Record<string, string> = {
    mod: isMac ? '⌘' : 'Ctrl',
    ArrowDown: '↓',
    ArrowUp: '↑',
    Escape: 'Esc',
    Enter: '↵',
    Shift: '⇧',
  }
  return keys.split(/[ +]/).map((key) => names[key] ?? key.toUpperCase())
}

type Handlers = Partial<Record<ShortcutId, () => void>>

const bound = new Set<{ current: Handlers }>()
let held = false
let pending: { key: string; at: number } | undefined

/** Answers to these shortcuts while the component is on screen. */
export function useShortcuts(handlers: Handlers): void {
  const latest = useRef(handlers)
  useEffect(() => {
    latest.current = handlers
  })
  useEffect(() => {
    bound.add(latest)
    if (bound.size === 1) window.addEventListener('keydown', onKey)
    return () => {
      bound.delete(latest)
      if (bound.size === 0) window.removeEventListener('keydown', onKey)
    }
  }, [])
}

/** While something is being opened that will take the keys, single ones are for nobody. */
export function holdShortcuts(hold: boolean): void {
  held = hold
}

function onKey(event: KeyboardEvent) {
  if (event.defaultPrevented || event.isComposing) return
  const pressed = nameOf(event)
  const withModifier = pressed.startsWith('mod+')
  if (!withModifier && (held || !preferences().shortcuts || isBusy(event))) return
  const sequence = pending !== undefined && Date.now() - pending.at < 1200 ? `${pending.key} ${pressed}` : undefined
  pending = undefined
  if (sequence !== undefined && run(sequence, event)) return
  if (run(pressed, event)) return
  if (SHORTCUTS.some((each) => each.keys.some((keys) => keys.startsWith(`${pressed} `)))) {
    pending = { key: pressed, at: Date.now() }
  }
}

function run(keys: string, event: KeyboardEvent): boolean {
  const shortcut = SHORTCUTS.find((each) => each.keys.some((own) => own === keys))
  if (shortcut === undefined) return false
  const handler = [...bound].map((each) => each.current[shortcut.id]).findLast((each) => each !== undefined)
  if (handler === undefined) return false
  event.preventDefault()
  handler()
  return true
}

export function nameOf(event: KeyboardEvent): string {
  const modifier = isMac ? event.metaKey : event.ctrlKey
  if (modifier) return `mod+${event.key.toLowerCase()}`
  if (event.ctrlKey || event.metaKey || event.altKey) return ''
  return event.shiftKey && /^[a-z]$/i.test(event.key) ? `Shift+${event.key.toUpperCase()}` : event.key
}

/** Typing, or something modal or a menu is open: single keys are not for us. */
function isBusy(event: KeyboardEvent): boolean {
  const target = event.target
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target.matches('input, textarea, select, [role="combobox"]')) return true
  if (event.key.startsWith('Arrow') && target.closest('[aria-haspopup], [role="log"], pre') !== null) return true
  return document.querySelector('[role="dialog"], [role="menu"], [role="listbox"]:not([data-inline])') !== null
}
