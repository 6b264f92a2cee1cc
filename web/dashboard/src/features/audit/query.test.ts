// The words of the query bar, and what they ask the server.
import { expect, test } from 'vitest'
import { asked, parse, print, without } from './query.ts'

const ADA = 'opr_01k7st2000e008000000000001'

test('terms are read, printed and taken out again', () => {
  const text = `actor:${ADA} action:auth  after:2026-11-01`
  expect(print(parse(text).terms)).toBe(`actor:${ADA} action:auth after:2026-11-01`)
  expect(without(text, 'action')).toBe(`actor:${ADA} after:2026-11-01`)
})

test('of two terms of one field the later one counts, and other words are none', () => {
  expect(parse('action:auth hello action:sso colour:red action:')).toEqual({
    terms: [{ field: 'action', value: 'sso' }],
    rest: ['hello', 'colour:red', 'action:'],
  })
})

test('an id asks for one thing, a word for a kind', () => {
  expect(asked(`actor:${ADA} target:conversation`).asked).toEqual({ actor: ADA, target_kind: 'conversation' })
  expect(asked('actor:visitor').asked).toEqual({ actor_kind: 'visitor' })
})

test('days are days in UTC, and what is no day is said', () => {
  expect(asked('after:2026-11-01 before:2026-11-02T12:00').asked).toEqual({
    from: '2026-11-01T00:00:00.000Z',
    to: '2026-11-02T12:00:00.000Z',
  })
  expect(asked('after:yesterday before:2026-13-40').wrong).toEqual(['after:yesterday', 'before:2026-13-40'])
})
