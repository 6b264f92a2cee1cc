// The audit log as its readers find it.
import { expect } from '@playwright/test'
import { at, type Place } from './walk.ts'

const log = (query = '') => at(`/settings/audit${query === '' ? '' : `?q=${encodeURIComponent(query)}`}`, 'Audit log')
const streams = at('/settings/audit-streams', 'Streams of the audit log')

/** For an admin of the demo's first workspace. */
export const auditPages: readonly Place[] = [
  { name: 'audit', go: log() },
  {
    name: 'audit-entry',
    go: async (page, product) => {
      await log()(page, product)
      await page.getByRole('listbox', { name: 'Entries' }).getByRole('option').first().click()
      await expect(page.getByRole('region', { name: 'Entry' }).getByText('To what')).toBeVisible()
      return page
    },
  },
  {
    name: 'audit-offers',
    go: async (page, product) => {
      await log()(page, product)
      await page.getByRole('combobox', { name: 'Narrow the log down' }).fill('action:workspace')
      await expect(page.getByRole('option', { name: /^action:workspace\.changed/ })).toBeVisible()
      return page
    },
  },
  {
    name: 'audit-nothing',
    go: async (page, product) => {
      await log('action:workspace.changed before:2020-01-01')(page, product)
      await expect(page.getByText('No entry fits')).toBeVisible()
      return page
    },
  },
  {
    name: 'audit-not-understood',
    go: async (page, product) => {
      await log('after:yesterday')(page, product)
      await expect(page.getByText('Not understood')).toBeVisible()
      return page
    },
  },
  {
    name: 'audit-views',
    go: async (page, product) => {
      await log('actor:operator')(page, product)
      await page.getByRole('button', { name: 'Views' }).click()
      await expect(page.getByRole('menuitem', { name: 'Keep this view…' })).toBeVisible()
      return page
    },
  },
  {
    name: 'audit-keep',
    go: async (page) => {
      await page.getByRole('menuitem', { name: 'Keep this view…' }).click()
      await expect(page.getByRole('dialog', { name: 'Keep this view' }).getByRole('textbox', { name: 'Name' })).toBeFocused()
      return page
    },
  },
  {
    name: 'audit-export',
    go: async (page, product) => {
      await log()(page, product)
      await page.getByRole('button', { name: 'Export' }).click()
      await expect(page.getByRole('menuitem', { name: 'OCSF events' })).toBeVisible()
      return page
    },
  },
  { name: 'audit-streams', go: streams },
  {
    name: 'audit-streams-new',
    go: async (page, product) => {
      await streams(page, product)
      await page.getByRole('button', { name: 'New stream' }).click()
      await expect(page.getByRole('dialog', { name: 'New stream' }).getByRole('textbox', { name: 'Name' })).toBeFocused()
      return page
    },
  },
]
