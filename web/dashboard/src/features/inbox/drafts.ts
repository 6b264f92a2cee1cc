// Unsent text, for each conversation and for reply and note apart. In memory and in sessionStorage; gone after signing out.
import type { Mode } from '@leadkeep/client/events'
import { useSyncExternalStore } from 'react'

const PREFIX = 'lk.drafts.'

export type Drafts = ReturnType<typeof createDrafts>

export function createDrafts(storage: Storage | undefined, workspace: string) {
  const key = PREFIX + workspace
  const texts = new Map<string, string>(stored(storage, key))
  const modes = new Map<string, Mode>()
  const listeners = new Set<() => void>()

  function changed() {
    try {
      if (texts.size === 0) storage?.removeItem(key)
      else storage?.setItem(key, JSON.stringify([...texts]))
    } catch {
      // Full or forbidden: memory still has them.
    }
    for (const listener of listeners) listener()
  }

  return {
    text: (conversation: string, mode: Mode) => texts.get(`${conversation}:${mode}`) ?? '',
    write: (conversation: string, mode: Mode, text: string) => {
      const id = `${conversation}:${mode}`
      if ((texts.get(id) ?? '') === text) return
      if (text === '') texts.delete(id)
      else texts.set(id, text)
      changed()
    },
    /** Which of the two fields was last in use in this conversation. */
    mode: (conversation: string): Mode => modes.get(conversation) ?? 'reply',
    choose: (conversation: string, mode: Mode) => {
      modes.set(conversation, mode)
      for (const listener of listeners) listener()
    },
    count: () => texts.size,
    subscribe: (listener: () => void) => {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
  }
}

function stored(storage: Storage | undefined, key: string): [string, string][] {
  try {
    const found: unknown = JSON.parse(storage?.getItem(key) ?? '[]')
    return Array.isArray(found) ? found.filter(isEntry) : []
  } catch {
    return []
  }
}

function isEntry(value: unknown): value is [string, string] {
  return Array.isArray(value) && value.length === 2 && value.every((each) => typeof each === 'string')
}

const byWorkspace = new Map<string, Drafts>()

export function draftsOf(workspace: string): Drafts {
  const known = byWorkspace.get(workspace)
  if (known !== undefined) return known
  const drafts = createDrafts(window.sessionStorage, workspace)
  byWorkspace.set(workspace, drafts)
  return drafts
}

/** A switch drops what is in memory; signing out also what the browser kept. */
export function forgetDrafts(kind: 'switched' | 'signed_out', storage: Storage = window.sessionStorage): void {
  byWorkspace.clear()
  if (kind === 'switched') return
  const keys = Array.from({ length: storage.length }, (_, index) => storage.key(index))
  for (const key of keys) if (key?.startsWith(PREFIX) === true) storage.removeItem(key)
}

export function useDraft(drafts: Drafts, conversation: string, mode: Mode): string {
  return useSyncExternalStore(drafts.subscribe, () => drafts.text(conversation, mode))
}

export function useDraftMode(drafts: Drafts, conversation: string): Mode {
  return useSyncExternalStore(drafts.subscribe, () => drafts.mode(conversation))
}

export function useDraftCount(drafts: Drafts): number {
  return useSyncExternalStore(drafts.subscribe, drafts.count)
}
