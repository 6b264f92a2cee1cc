// Initials out of whatever people and workspaces are called.
import { expect, test } from 'vitest'
import { initialsOf } from './Avatar.tsx'

test.each([
  ['Ada Marsh', 'AM'],
  ['Maximiliane Freifrau von Wallenstein-Oberhausen', 'MO'],
  ['ada.marsh@example.com', 'AM'],
  ['Fern & Clay', 'FC'],
  ['Bakery since 1884', 'BS'],
  ['42', '4'],
  ['👋', '👋'],
  ['', '?'],
])('%s becomes %s', (name, initials) => {
  expect(initialsOf(name)).toBe(initials)
})
