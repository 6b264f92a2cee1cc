// The snippets: what is pasted into somebody else's page.
import { expect, test } from 'vitest'
import { pinnedSnippet, shortSnippet } from './InstallCard.tsx'

const widget = {
  id: 'wgt_1',
  colour: '#2f6f4f',
  loader_url: 'https://chat.example/lk/v1-58eabc385c00.js?w=wgt_1',
  integrity: 'sha384-abc/d+e',
}

test('the pinned snippet names one script and how to check it', () => {
  expect(pinnedSnippet(widget)).toBe(
    `<script async crossorigin="anonymous"
  src="https://chat.example/lk/v1-58eabc385c00.js?w=wgt_1"
  integrity="sha384-abc/d+e"
  data-widget="wgt_1" data-colour="#2f6f4f"></script>`,
  )
})

test('the short snippet names no version and checks nothing', () => {
  expect(shortSnippet(widget)).toBe(
    `<script async
  src="https://chat.example/lk/v1.js?w=wgt_1"
  data-widget="wgt_1" data-colour="#2f6f4f"></script>`,
  )
})

test('no value breaks out of its quotes', () => {
  expect(pinnedSnippet({ ...widget, colour: '"><img src=x>' })).toContain('data-colour="&quot;><img src=x>"')
})
