// The small rules of the page about API keys.
import { expect, test } from 'vitest'
import { networksOf, SCOPES } from './apiKeys.ts'

test('networks are read one by one, however they are typed', () => {
  expect(networksOf('')).toEqual([])
  expect(networksOf(' 203.0.113.0/24,\n2001:db8::/32  198.51.100.7 ')).toEqual([
    '203.0.113.0/24',
    '2001:db8::/32',
    '198.51.100.7',
  ])
})

test('every scope can be chosen, the one that is wanted most first', () => {
  expect(SCOPES).toHaveLength(9)
  expect(SCOPES[0]).toBe('conversations:read')
})
