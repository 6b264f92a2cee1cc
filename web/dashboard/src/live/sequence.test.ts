// The sequence judge.
import { expect, test } from 'vitest'
import { judge } from './sequence.ts'

test('the following number is next', () => {
  expect(judge(7, 8)).toBe('next')
})

test('a number at or below the last one was seen', () => {
  expect(judge(7, 7)).toBe('seen')
  expect(judge(7, 1)).toBe('seen')
})

test('a number further on is a gap', () => {
  expect(judge(7, 9)).toBe('gap')
})
