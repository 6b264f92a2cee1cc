// Staff as it uses its page on the private listener, with oathtool as the authenticator app.
import { expect, type Page } from '@playwright/test'
import { app } from './app.ts'
import type { Product } from './product.ts'
import { settled, type Place } from './walk.ts'

const password = 'wild plum orbit 7421'

/** Makes a super admin of the staff, and goes in by the link. */
export async function enrolStaff(page: Page, product: Product, email: string, name: string): Promise<void> {
  await page.goto('about:blank')
  await page.goto(await product.admin('create-staff', email, 'super_admin', '--name', name))
  await page.getByLabel('New password').fill(product.secret(password))
  await page.getByText('Cannot scan?').click()
  const secret = product.secret((await page.getByText(/^[A-Z2-7]{32}$/).innerText()).trim())
  await page.getByRole('textbox', { name: 'Code from your app' }).fill(await app(secret))
  await page.getByRole('button', { name: 'Set both and go in' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Workspaces' })).toBeVisible()
}

const at =
  (path: string, heading: string): Place['go'] =>
  async (page, product) => {
    await page.goto(`${product.privately}/staff${path}`)
    await expect(page.getByRole('heading', { level: 1, name: heading })).toBeAttached()
    await settled(page)
    return page
  }

/** For staff that is signed in; the first asks for access, which the later ones look through. */
export const staffPages: readonly Place[] = [
  { name: 'staff-workspaces', go: at('/', 'Workspaces') },
  {
    name: 'staff-ask',
    go: async (page, product) => {
      await at('/', 'Workspaces')(page, product)
      await page.getByRole('button', { name: 'Ask for access to Fern & Clay' }).click()
      await page.getByRole('textbox', { name: 'Reason' }).fill('They say that replies do not reach their visitors.')
      return page
    },
  },
  {
    name: 'staff-workspace',
    go: async (page) => {
      await page.getByRole('button', { name: 'Get access' }).click()
      await expect(page.getByRole('heading', { level: 1, name: 'Fern & Clay' })).toBeVisible()
      await expect(page.getByRole('list', { name: 'Conversations' }).getByRole('link').first()).toBeVisible()
      await expect(page.getByRole('list', { name: 'Operators' }).getByRole('listitem').first()).toBeVisible()
      return page
    },
  },
  {
    name: 'staff-conversation',
    go: async (page) => {
      await page.getByRole('list', { name: 'Conversations' }).getByRole('link').first().click()
      await expect(page.getByRole('list', { name: 'Messages' }).getByRole('listitem').first()).toBeVisible()
      return page
    },
  },
  { name: 'staff-access', go: at('/access', 'Access of all staff') },
  { name: 'staff-people', go: at('/people', 'Staff') },
  {
    name: 'staff-add',
    go: async (page, product) => {
      await at('/people', 'Staff')(page, product)
      await page.getByRole('button', { name: 'Add somebody' }).click()
      await expect(page.getByRole('dialog').getByRole('textbox', { name: 'E-mail' })).toBeFocused()
      return page
    },
  },
  { name: 'staff-stream', go: at('/stream', 'Audit stream') },
  { name: 'staff-you', go: at('/you', 'You') },
  { name: 'staff-missing', go: at('/nowhere', 'Page not found') },
  {
    name: 'staff-link-refused',
    go: async (page, product) => {
      await page.goto('about:blank')
      await page.goto(`${product.privately}/staff/welcome#${'A'.repeat(43)}`)
      await expect(page.getByRole('alert')).toBeVisible()
      return page
    },
  },
  {
    name: 'staff-sign-in-unfinished',
    go: async (page, product) => {
      await at('/you', 'You')(page, product)
      await page.getByRole('button', { name: 'Sign out' }).click()
      await expect(page.getByRole('heading', { level: 1, name: 'Staff sign-in' })).toBeVisible()
      await page.getByRole('button', { name: 'Sign in' }).click()
      await expect(page.getByText('Type your password.')).toBeVisible()
      return page
    },
  },
]
