// Naughty texts stay texts.
import { render } from 'preact'
import { expect, it } from 'vitest'
import { Body } from './Body.tsx'

function show(text: string): HTMLElement {
  const place = document.createElement('div')
  render(<Body text={text} />, place)
  return place
}

it.each([
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '"><svg onload=alert(1)>',
  'javascript:alert(1)',
  '&lt;b&gt; &amp;',
  '\u202Ereversed\u202C \u200B \u0000 \uFEFF',
  'Ṱ̺̺̕o͞ ̷i̲̬͇̪͙n̝̗͕v̟̜̘̦͟o̶̙̰̠kè͚̮̺̪̹̱̤',
  '٩(-̮̮̃-̃)۶ 👩‍👩‍👧‍👦 \ud800',
  'a\n\n  b',
  'http://',
  'https://user:secret@bank.example/',
])('shows %j as it is', (text) => {
  const place = show(text)
  expect(place.textContent).toBe(text)
  expect(place.querySelectorAll('.body *')).toHaveLength(0)
})

it('makes links of web addresses only, without the dot behind', () => {
  const place = show('See https://shop.example/care?a=1&b=2. And (http://a.example) or ftp://b.example')
  const links = [...place.querySelectorAll('a')]
  expect(links.map((each) => each.getAttribute('href'))).toEqual(['https://shop.example/care?a=1&b=2', 'http://a.example/'])
  expect(links.every((each) => each.rel === 'noopener noreferrer nofollow' && each.target === '_blank')).toBe(true)
})
