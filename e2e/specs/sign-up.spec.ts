// Making a login and a workspace of one's own, from the sign-in page through the mail to the inbox.
import { expect, test } from '@playwright/test'
import { launch } from '../support/chromium.ts'
import { checked } from '../support/look.ts'
import { mailed } from '../support/mailbox.ts'
import { withProduct } from '../support/product.ts'

const product = withProduct({ smtp: true, settings: { LEADKEEP_IDENTITY__SIGN_UP: 'open' } })
const nora = { name: 'Nora Newcomer', email: 'nora@new.test', password: 'wild plum orbit 7421' }

test('whoever reads the address makes a workspace with the mailed link, once', async ({ page, browser }) => {
  await page.goto(`${product().dashboard}/sign-in`)
  await page.getByRole('link', { name: 'Sign up' }).click()
  await expect(page.getByRole('heading', { name: 'Sign up' })).toBeVisible()
  await checked(page, 'sign-up')
  await page.getByRole('textbox', { name: 'E-mail' }).fill(nora.email)
  await page.getByRole('button', { name: 'Send the link' }).click()
  await expect(page.getByRole('heading', { name: 'Look into your mail' })).toBeVisible()
  await checked(page, 'sign-up-sent')

  const link = await mailed(product(), nora.email, 'sign-up')
  await page.goto('about:blank')
  await page.goto(link)
  await expect(page.getByRole('heading', { name: 'Your workspace' })).toBeVisible()
  await page.getByRole('textbox', { name: 'Workspace' }).fill('Plum Support')
  await page.getByRole('textbox', { name: 'Your name' }).fill(nora.name)
  await page.getByLabel('Password', { exact: true }).fill(product().secret(nora.password))
  await checked(page, 'sign-up-finish')
  await page.getByRole('button', { name: 'Make the workspace' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Widget' })).toBeVisible()

  const again = await browser.newPage({ ...launch })
  await again.goto(link)
  await again.getByRole('textbox', { name: 'Workspace' }).fill('Another')
  await again.getByRole('textbox', { name: 'Your name' }).fill('Somebody')
  await again.getByLabel('Password', { exact: true }).fill('another plum orbit 99')
  await again.getByRole('button', { name: 'Make the workspace' }).click()
  await expect(again.getByText('This link was used already or has expired')).toBeVisible()
  await again.context().close()
})
