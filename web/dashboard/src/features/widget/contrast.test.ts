// Contrast, against the figures of WCAG.
import { expect, test } from 'vitest'
import { contrast, textOn } from './contrast.ts'
import { snippetOf } from './InstallCard.tsx'

test('the extremes', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21)
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2)
})

test('there is a readable text for any colour', () => {
  for (const colour of ['#ffff00', '#ffffff', '#000000', '#808080', '#3152d0', '#ff0000']) {
    expect(textOn(colour).ratio).toBeGreaterThanOrEqual(4)
  }
})

test('the snippet is the one of the contract, and nothing can break out of its attributes', () => {
  expect(snippetOf({ id: 'wgt_1', loader_url: 'https://localhost:8444/lk/v1.js', integrity: 'sha384-x' }))
    .toMatchInlineSnapshot(`
    "<script async src="https://localhost:8444/lk/v1.js"
      data-widget="wgt_1"
      integrity="sha384-x"
      crossorigin="anonymous"></script>"
  `)
  expect(snippetOf({ id: '"><script>', loader_url: 'x', integrity: 'x' })).toContain('data-widget="&quot;><script>"')
})
