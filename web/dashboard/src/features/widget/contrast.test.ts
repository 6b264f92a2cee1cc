// Contrast, against the figures of WCAG.
import { expect, test } from 'vitest'
import { contrast, textOn } from './contrast.ts'

test('the extremes', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21)
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2)
})

test('there is a readable text for any colour', () => {
  for (const colour of ['#ffff00', '#ffffff', '#000000', '#808080', '#3152d0', '#ff0000']) {
    expect(textOn(colour).ratio).toBeGreaterThanOrEqual(4)
  }
})
