// What is said of a stream.
import type { AuditStream } from '@leadkeep/client/shapes'
import { expect, test } from 'vitest'
import { progress, trouble } from './streams.ts'

const NOW = Date.parse('2026-11-22T10:00:00.000Z')
const AN_HOUR_AGO = '2026-11-22T09:00:00.000Z'

const stream: AuditStream = {
  id: 'ast_00000000000000000000000001',
  name: 'SIEM',
  kind: 'webhook',
  address: 'https://siem.test/',
  own_authority: false,
  state: 'active',
  created_by: 'opr_00000000000000000000000001',
  created_at: AN_HOUR_AGO,
  last_number: 0,
  delivered_at: null,
  behind: 0,
  behind_since: null,
  failing_since: null,
  next_attempt_at: null,
  last_error: null,
  last_error_at: null,
  paused_at: null,
  paused_because: null,
  old_secret_ends_at: null,
}

test('a stream says how far it is, and how far behind', () => {
  expect(progress(stream, NOW)).toBe('Nothing delivered yet · up to date')
  const behind = { ...stream, last_number: 7, delivered_at: AN_HOUR_AGO, behind: 1, behind_since: AN_HOUR_AGO }
  expect(progress(behind, NOW)).toContain('entry 7')
  expect(progress(behind, NOW)).toContain('1 entry behind, the oldest from')
})

test('only what somebody has to look at is called trouble, with the last error', () => {
  expect(trouble({ ...stream, last_error: 'the receiver answered 500', last_error_at: AN_HOUR_AGO }, NOW)).toBeUndefined()
  const failing = { ...stream, failing_since: AN_HOUR_AGO, last_error: 'the receiver answered 500' }
  expect(trouble(failing, NOW)).toContain('The last error: the receiver answered 500.')
  expect(trouble(failing, NOW)).toContain('tried again now')
  const soon = { ...failing, next_attempt_at: '2026-11-22T10:20:00.000Z' }
  expect(trouble(soon, NOW)).toMatch(/tried again at \d\d:20\./)
  expect(trouble({ ...failing, paused_at: AN_HOUR_AGO, paused_because: 'failing' }, NOW)).toContain('three days')
  expect(trouble({ ...failing, paused_at: AN_HOUR_AGO, paused_because: 'by_hand' }, NOW)).not.toContain('500')
})
