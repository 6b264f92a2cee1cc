// Staff from the command line to a workspace and out again, with oathtool as the authenticator app.
import { expect, test, type Page } from '@playwright/test'
import { app } from '../support/app.ts'
import { problems } from '../support/axe.ts'
import { launch } from '../support/chromium.ts'
import { signIn } from '../support/desk.ts'
import { mail } from '../support/mailbox.ts'
import { withProduct } from '../support/product.ts'

const product = withProduct({ smtp: true })
const password = 'wild plum orbit 7421'
const reason = 'They say that replies do not reach their visitors.'

async function accessible(page: Page, what: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    expect.soft(await problems(page), `${what} in ${colorScheme}`).toEqual([])
  }
}

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name })

test('a link lets staff in, a reason into a workspace, and the workspace sends them out', async ({ page, browser }) => {
  test.setTimeout(150_000)
  const made = ['grace@house.test', 'super_admin', '--name', 'Grace of the House']
  await page.goto(await product().admin('create-staff', ...made))
  await expect(heading(page, 'Welcome, Grace of the House')).toBeVisible()
  expect(page.url()).not.toContain('#')
  await page.getByLabel('New password').fill(product().secret(password))
  await page.getByText('Cannot scan?').click()
  const secret = product().secret((await page.getByText(/^[A-Z2-7]{32}$/).innerText()).trim())
  await accessible(page, 'the link')
  await page.getByRole('textbox', { name: 'Code from your app' }).fill(await app(secret))
  await page.getByRole('button', { name: 'Set both and go in' }).click()
  await expect(heading(page, 'Workspaces')).toBeVisible()

  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(heading(page, 'Staff sign-in')).toBeVisible()
  await accessible(page, 'the sign-in')
  await page.getByRole('textbox', { name: 'E-mail' }).fill('grace@house.test')
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('textbox', { name: 'Code from your app' }).fill(await app(secret, 1))
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('button', { name: 'Ask for access to Fern & Clay' })).toBeVisible()
  // The token is this tab's alone.
  const other = await page.context().newPage()
  await other.goto(`${product().privately}/staff`)
  await expect(heading(other, 'Staff sign-in')).toBeVisible()
  await other.close()

  await page.getByRole('button', { name: 'Ask for access to Fern & Clay' }).click()
  const asking = page.getByRole('dialog', { name: 'Access to Fern & Clay' })
  await expect(asking.getByRole('button', { name: 'Get access' })).toBeDisabled()
  await asking.getByRole('textbox', { name: 'Reason' }).fill(reason)
  await asking.getByRole('button', { name: 'Get access' }).click()
  await expect(heading(page, 'Fern & Clay')).toBeVisible()
  const told = await mail(product(), 'ada@fern-and-clay.test', 'Staff has access to Fern & Clay')
  expect(told.text).toContain(reason)
  await page.getByRole('list', { name: 'Conversations' }).getByRole('link').first().click()
  await expect(page.getByRole('list', { name: 'Messages' }).getByText('Visitor').first()).toBeVisible()

  const ada = await browser.newPage({ ...launch })
  await signIn(ada, product(), 'ada@fern-and-clay.test')
  await ada.goto(`${product().dashboard}/settings/staff-access`)
  const now = ada.getByRole('list', { name: 'Access now' })
  await expect(now.getByText('grace@house.test')).toBeVisible()
  await expect(now.getByText(reason)).toBeVisible()
  await accessible(ada, 'access of staff')
  await now.getByRole('button', { name: /^End now/ }).click()
  await expect(ada.getByText('Nobody of the staff has access')).toBeVisible()
  await expect(ada.getByRole('list', { name: 'Past access' }).getByText('ended by this workspace')).toBeVisible()
  await ada.context().close()

  await page.getByRole('button', { name: 'Look again' }).click()
  await expect(page.getByText('Your access has ended')).toBeVisible()
  await expect(page.getByRole('list', { name: 'Messages' })).toHaveCount(0)

  for (const [link, title] of [['Access', 'Access of all staff'], ['Staff', 'Staff'], ['Audit stream', 'Audit stream'], ['You', 'You']] as const) {
    await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: link, exact: true }).click()
    await expect(heading(page, title)).toBeVisible()
    await expect(page.getByRole('status', { name: /^Loading/ })).toHaveCount(0)
  }
})
