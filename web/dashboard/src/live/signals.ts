// What is true only while it lasts: who is here, who types, who looks. Kept in the query cache, so a switch drops it too.
import type { Mode, Presence, TypingSignal, Welcome } from '@leadkeep/client/events'
import { useQuery, type QueryClient } from '@tanstack/react-query'

export type Typist = { kind: 'visitor' | 'operator' | 'api_key' | 'system'; id: string | null; mode: Mode; until: number }

const presenceKey = ['live', 'presence'] as const
const visitorsKey = ['live', 'visitors'] as const
const viewersKey = (conversation: string) => ['live', 'viewers', conversation] as const
const typingKey = (conversation: string) => ['live', 'typing', conversation] as const

/** Nobody says that typing has ended when a tab is closed or a word gets lost: whoever shows it lets it expire. */
const TYPING_MS = 5000

function useSignal<T>(queryKey: readonly string[], initial: T): T {
  const options = { queryFn: () => initial, initialData: initial, enabled: false, staleTime: Number.POSITIVE_INFINITY }
  return useQuery({ queryKey, ...options }).data ?? initial
}

const NONE: Record<string, never> = {}
const NO_IDS: readonly string[] = []
const NO_TYPISTS: readonly Typist[] = []

export function usePresence(): Readonly<Record<string, Presence>> {
  return useSignal<Readonly<Record<string, Presence>>>(presenceKey, NONE)
}
export function useVisitorOnline(visitor: string, known: boolean): boolean {
  const online = useSignal<Readonly<Record<string, boolean>>>(visitorsKey, NONE)
  return online[visitor] ?? known
}
export function useVisitorsOnline(): Readonly<Record<string, boolean>> {
  return useSignal<Readonly<Record<string, boolean>>>(visitorsKey, NONE)
}
export function useViewers(conversation: string): readonly string[] {
  return useSignal(viewersKey(conversation), NO_IDS)
}
export function useTypists(conversation: string): readonly Typist[] {
  return useSignal(typingKey(conversation), NO_TYPISTS)
}

export function welcomed(cache: QueryClient, welcome: Welcome): void {
  cache.setQueryData(presenceKey, Object.fromEntries(welcome.presence.map((each) => [each.operator_id, each.state])))
  const online = new Set(welcome.online_visitors)
  cache.setQueryData(visitorsKey, (before: Record<string, boolean> | undefined) => ({
    ...Object.fromEntries(Object.keys(before ?? {}).map((id) => [id, online.has(id)])),
    ...Object.fromEntries(welcome.online_visitors.map((id) => [id, true])),
  }))
}

export function setPresence(cache: QueryClient, operator: string, state: Presence): void {
  cache.setQueryData(presenceKey, (before: Record<string, Presence> | undefined) => ({ ...before, [operator]: state }))
}

export function setVisitorOnline(cache: QueryClient, visitor: string, online: boolean): void {
  cache.setQueryData(visitorsKey, (before: Record<string, boolean> | undefined) => ({ ...before, [visitor]: online }))
}

export function setViewers(cache: QueryClient, conversation: string, operators: readonly string[]): void {
  cache.setQueryData(viewersKey(conversation), operators)
}

export function setTyping(cache: QueryClient, signal: TypingSignal): void {
  const { conversation_id, author, mode, active } = signal
  const others = (before: readonly Typist[] | undefined) =>
    (before ?? NO_TYPISTS).filter(
      (each) => each.until > Date.now() && !(each.kind === author.kind && each.id === author.id),
    )
  const until = Date.now() + TYPING_MS
  cache.setQueryData(typingKey(conversation_id), (before: readonly Typist[] | undefined) =>
    active ? [...others(before), { kind: author.kind, id: author.id, mode, until }] : others(before),
  )
  if (!active) return
  setTimeout(() => {
    cache.setQueryData(typingKey(conversation_id), (before: readonly Typist[] | undefined) =>
      (before ?? NO_TYPISTS).filter((each) => each.until > Date.now()),
    )
  }, TYPING_MS + 50)
}

/** Whoever said something no longer types. */
export function stopTyping(cache: QueryClient, conversation: string, kind: Typist['kind'], id: string | null): void {
  if (cache.getQueryData(typingKey(conversation)) === undefined) return
  setTyping(cache, { conversation_id: conversation, author: { kind, id }, mode: 'reply', active: false })
}
