// The estimate beside a new password.
import { expect, test } from 'vitest'
import { strength } from './strength.ts'

test('what is guessed first is called easy, however long it is', () => {
  for (const easy of ['passwordpassword', 'abcdefghijklmnop', '123456789012345', 'aaaaaaaaaaaaaaaa', 'qwertyuiopasdf', 'letmeinletmein1']) {
    expect(strength(easy).level, easy).toBe(0)
  }
})

test('a few words in a row are strong', () => {
  expect(strength('correct horse battery staple').level).toBe(3)
  expect(strength('wild plum orbit 7421').level).toBeGreaterThanOrEqual(2)
})

test("one's own name and address add nothing", () => {
  expect(strength('ada@fern-and-clay.test', ['ada@fern-and-clay.test']).level).toBe(0)
})
