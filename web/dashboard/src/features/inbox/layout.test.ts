// How a thread is laid out.
import { expect, test } from 'vitest'
import { firstUnread, layOut } from './layout.ts'
import { aMessage } from './samples.ts'

const at = (minute: number) => `2026-11-22T10:${String(minute).padStart(2, '0')}:00.000Z`
const operator = { kind: 'operator', id: 'opr_1' } as const

test('one voice speaks on for five minutes', () => {
  const lines = layOut(
    [
      aMessage({ seq: 1, created_at: at(0) }),
      aMessage({ seq: 2, created_at: at(2) }),
      aMessage({ seq: 3, created_at: at(9) }),
    ],
    undefined,
  )
  expect(lines.map((each) => each.first)).toEqual([true, false, true])
})

test('a note or another voice interrupts', () => {
  const lines = layOut(
    [
      aMessage({ seq: 1, created_at: at(0) }),
      aMessage({ seq: 2, created_at: at(1), kind: 'note', author: operator }),
      aMessage({ seq: 3, created_at: at(2) }),
      aMessage({ seq: 4, created_at: at(2), author: operator }),
    ],
    undefined,
  )
  expect(lines.map((each) => each.first)).toEqual([true, true, true, true])
})

test('only the last reply of an operator carries the mark, never a note', () => {
  const lines = layOut(
    [
      aMessage({ seq: 1, author: operator }),
      aMessage({ seq: 2, author: operator }),
      aMessage({ seq: 3, author: operator, kind: 'note' }),
    ],
    undefined,
  )
  expect(lines.map((each) => each.marked)).toEqual([false, true, false])
})

test('the unread part begins with the first of that many messages of the visitor', () => {
  const messages = [
    aMessage({ seq: 1 }),
    aMessage({ seq: 2, author: operator }),
    aMessage({ seq: 3 }),
    aMessage({ seq: 4 }),
  ]
  expect(firstUnread(messages, 2)).toBe(3)
  expect(firstUnread(messages, 0)).toBeUndefined()
  expect(firstUnread(messages, 9)).toBeUndefined()
})
