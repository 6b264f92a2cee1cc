// Drafts: apart for each conversation and mode, kept for the tab, gone after signing out.
import { beforeEach, expect, test } from 'vitest'
import { createDrafts, draftsOf, forgetDrafts } from './drafts.ts'

beforeEach(() => {
  sessionStorage.clear()
  forgetDrafts('signed_out')
})

test('reply and note of one conversation do not mix', () => {
  const drafts = createDrafts(sessionStorage, 'wsp_1')
  drafts.write('cnv_1', 'reply', 'Dear Ada')
  drafts.write('cnv_1', 'note', 'She is angry')
  expect(drafts.text('cnv_1', 'reply')).toBe('Dear Ada')
  expect(drafts.text('cnv_1', 'note')).toBe('She is angry')
  expect(drafts.text('cnv_2', 'reply')).toBe('')
  expect(drafts.count()).toBe(2)
})

test('a reload finds them again, and only in their workspace', () => {
  createDrafts(sessionStorage, 'wsp_1').write('cnv_1', 'reply', 'Dear Ada')
  expect(createDrafts(sessionStorage, 'wsp_1').text('cnv_1', 'reply')).toBe('Dear Ada')
  expect(createDrafts(sessionStorage, 'wsp_2').text('cnv_1', 'reply')).toBe('')
})

test('an emptied draft leaves nothing behind', () => {
  const drafts = createDrafts(sessionStorage, 'wsp_1')
  drafts.write('cnv_1', 'reply', 'Dear')
  drafts.write('cnv_1', 'reply', '')
  expect(drafts.count()).toBe(0)
  expect(sessionStorage.length).toBe(0)
})

test('message text never reaches localStorage', () => {
  draftsOf('wsp_1').write('cnv_1', 'reply', 'secret')
  expect(JSON.stringify({ ...localStorage })).not.toContain('secret')
})

test('signing out removes every draft of every workspace', () => {
  draftsOf('wsp_1').write('cnv_1', 'reply', 'one')
  draftsOf('wsp_2').write('cnv_1', 'reply', 'two')
  sessionStorage.setItem('other', 'stays')
  forgetDrafts('signed_out')
  expect(Object.keys({ ...sessionStorage })).toEqual(['other'])
  expect(draftsOf('wsp_1').text('cnv_1', 'reply')).toBe('')
})

test('switching the workspace keeps them for the way back', () => {
  draftsOf('wsp_1').write('cnv_1', 'reply', 'one')
  forgetDrafts('switched')
  expect(draftsOf('wsp_1').text('cnv_1', 'reply')).toBe('one')
})

test('storage that holds nonsense is ignored', () => {
  sessionStorage.setItem('lk.drafts.wsp_1', '{"a":1}')
  expect(createDrafts(sessionStorage, 'wsp_1').count()).toBe(0)
})
