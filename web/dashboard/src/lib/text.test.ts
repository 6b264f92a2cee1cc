// Links in plain text, and what counts as a site.
import { expect, test } from 'vitest'
import { pieces, plain, siteOrigin } from './text.ts'

test('links are found, and the punctuation after them is not part of them', () => {
  expect(pieces('See https://shop.example/a?b=1. Thanks!')).toEqual([
    { kind: 'text', text: 'See ' },
    { kind: 'link', text: 'https://shop.example/a?b=1' },
    { kind: 'text', text: '. Thanks!' },
  ])
})

test('nothing but http and https becomes a link', () => {
  expect(pieces('javascript:alert(1) data:text/html,x file:///etc')).toEqual([
    { kind: 'text', text: 'javascript:alert(1) data:text/html,x file:///etc' },
  ])
})

test('an address with a name before the @ stays text', () => {
  const text = 'Log in at https://bank.example@elsewhere.example/now'
  expect(pieces(text)).toEqual([{ kind: 'text', text }])
})

test('control characters are left out, lines and tabs stay', () => {
  expect(plain(' a\u0000b\u001b[31m\n\tc\u0085 ')).toBe('ab[31m\n\tc')
})

test.each([
  ['shop.example', 'https://shop.example'],
  ['https://Shop.Example/path?x', 'https://shop.example'],
  ['127.0.0.1:8446', 'https://127.0.0.1:8446'],
  ['http://localhost:3000', 'http://localhost:3000'],
])('%s is a site', (typed, origin) => {
  expect(siteOrigin(typed)).toBe(origin)
})

test.each(['', 'shop', 'http://shop.example', 'https://user:pw@shop.example', 'ftp://shop.example', 'a b.example'])(
  '%s is not a site',
  (typed) => {
    expect(siteOrigin(typed)).toBeNull()
  },
)
