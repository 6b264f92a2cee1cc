// Whatever colour a workspace picks, it can be read.
import { expect, it } from 'vitest'
import { contrast, palette, parseColour } from './colour.ts'

const read = (css: string | undefined) => {
  const [r = 0, g = 0, b = 0] = (css?.match(/\d+/g) ?? []).map(Number)
  return { r, g, b }
}

it.each(['#000000', '#ffffff', '#ffff00', '#2f6b4f', '#767676', '#ff0000', '#3152d0', '#00ffaa'])('%s', (colour) => {
  const set = palette(colour)
  expect(contrast(read(set['--accent']), read(set['--on-accent']))).toBeGreaterThanOrEqual(4.5)
  expect(contrast(read(set['--accent-on-light']), parseColour('#ffffff'))).toBeGreaterThanOrEqual(4.5)
  expect(contrast(read(set['--accent-on-dark']), parseColour('#141a22'))).toBeGreaterThanOrEqual(4.5)
})

it('does not let a strange value into the style', () => {
  expect(palette('red;}*{display:none')['--accent']).toBe('rgb(49 82 208)')
})
