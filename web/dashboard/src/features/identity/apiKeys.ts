// API keys: what is asked about them, and what their scopes are called.
import { unwrap } from '@leadkeep/client/api'
import type { ApiKey, KeyScope } from '@leadkeep/client/shapes'
import { queryOptions } from '@tanstack/react-query'
import { api } from '../../session/session.ts'
import { API_KEYS } from './queries.ts'

export const apiKeysQuery = queryOptions({
  queryKey: API_KEYS,
  queryFn: async ({ signal }) => (await unwrap(api.GET('/api/v1/api-keys', { signal }))).data,
})

export const SCOPE: Record<KeyScope, { name: string; about: string }> = {
  'conversations:read': { name: 'Read conversations', about: 'Messages and notes, and the contacts beside them' },
  'conversations:reply': { name: 'Reply', about: 'Also write replies and notes' },
  'conversations:manage': { name: 'Manage conversations', about: 'Also assign, snooze, resolve and reopen' },
  'contacts:read': { name: 'Read contacts', about: 'Names and addresses' },
  'contacts:manage': { name: 'Change contacts', about: 'Also correct names and addresses' },
  'events:read': { name: 'Read events', about: 'Everything that happens, with the words in it' },
  'members:read': { name: 'Read members', about: 'Who works here, for example to assign a conversation' },
  'widget:read': { name: 'Read the widget', about: 'Its settings' },
  'workspace:read': { name: 'Read the workspace', about: 'Its name' },
}

// A record keeps the order in which it was written, and the compiler that none is missing.
export const SCOPES = Object.keys(SCOPE).filter((each): each is KeyScope => each in SCOPE)

/** For how long a key works, in days. */
export const LIVES = [
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'One year' },
] as const

/** What stands in front of every secret of a key: enough to find it in a file of settings. */
export function beginning(key: ApiKey): string {
  return `lk_${key.id.slice(key.id.indexOf('_') + 1)}_…`
}

/** Networks as somebody types them: one on each line, or between commas. */
export function networksOf(typed: string): string[] {
  return typed.split(/[\s,]+/).filter((each) => each !== '')
}
