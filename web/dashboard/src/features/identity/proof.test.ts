// When a code is worth sending.
import { expect, test } from 'vitest'
import { isWhole, proofBody } from './proof.ts'

test('a code of an app has six digits, however it was pasted', () => {
  expect(isWhole({ kind: 'app', text: '123456' })).toBe(true)
  expect(isWhole({ kind: 'app', text: ' 123 456 ' })).toBe(true)
  for (const text of ['', '12345', '1234567', '12345a']) expect(isWhole({ kind: 'app', text }), text).toBe(false)
})

test('a recovery code has six groups, with or without the hyphens', () => {
  expect(isWhole({ kind: 'recovery', text: 'abcd-efgh-jkmn-pqrs-tvwx-yz01' })).toBe(true)
  expect(isWhole({ kind: 'recovery', text: 'ABCD EFGH JKMN PQRS TVWX YZ01' })).toBe(true)
  expect(isWhole({ kind: 'recovery', text: 'abcd-efgh' })).toBe(false)
})

test('the API gets exactly one of the two', () => {
  expect(proofBody({ kind: 'app', text: '123456' })).toEqual({ code: '123456' })
  expect(proofBody({ kind: 'recovery', text: 'abcd' })).toEqual({ recovery_code: 'abcd' })
})
