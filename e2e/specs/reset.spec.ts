// A forgotten password, from the sign-in page through the mail to the new one; and a new address.
import { expect, test } from '@playwright/test'
import { launch } from '../support/chromium.ts'
import { setUp } from '../support/desk.ts'
import { checked } from '../support/look.ts'
import { mailed } from '../support/mailbox.ts'
import { withProduct } from '../support/product.ts'

const product = withProduct({ demo: false, smtp: true })
const nora = { name: 'Nora Founder', email: 'nora@example.test', password: 'wild plum orbit 7421' }
const fresh = 'seven quiet otters 88'

test('a forgotten password: the mailed link sets a new one, the other browser is out, the old one is refused', async ({ page, browser }) => {
  const link = product().announced('setup')
  await setUp(page, product(), link, nora)
  await expect(page.getByRole('heading', { level: 1, name: 'Widget' })).toBeVisible()

  const other = await browser.newPage({ ...launch })
  await other.goto(`${product().dashboard}/sign-in`)
  await other.getByRole('link', { name: 'Forgot your password?' }).click()
  await expect(other.getByRole('heading', { name: 'Forgot your password?' })).toBeVisible()
  await checked(other, 'forgot')
  await other.getByRole('textbox', { name: 'E-mail' }).fill(nora.email)
  await other.getByRole('button', { name: 'Send the link' }).click()
  await expect(other.getByRole('heading', { name: 'Look into your mail' })).toBeVisible()
  await checked(other, 'forgot-sent')

  await other.goto('about:blank')
  const reset = await mailed(product(), nora.email, 'reset')
  await other.goto(reset)
  await expect(other.getByRole('heading', { name: 'Choose a new password' })).toBeVisible()
  expect(other.url(), 'the token is out of sight').not.toContain('#')
  const field = other.getByLabel('New password', { exact: true })
  await expect(field).toHaveAttribute('autocomplete', 'new-password')
  await field.fill('passwordpassword')
  await expect(other.getByText('Easy to guess')).toBeVisible()
  await field.fill(product().secret(fresh))
  await expect(other.getByText('Easy to guess')).toHaveCount(0)
  await checked(other, 'reset')
  await other.getByRole('button', { name: 'Save the new password' }).click()
  await expect(other.getByRole('heading', { name: 'Your password was changed' })).toBeVisible()
  await checked(other, 'reset-done')

  // The browser that was signed in is told so, without a click.
  await expect(page.getByText('Your session has ended')).toBeVisible()
  const fill = async (password: string) => {
    await other.getByRole('textbox', { name: 'E-mail' }).fill(nora.email)
    await other.getByLabel('Password', { exact: true }).fill(password)
    await other.getByRole('button', { name: 'Sign in' }).click()
  }
  await other.getByRole('link', { name: 'Sign in' }).click()
  await fill(nora.password)
  await expect(other.getByText('The e-mail address or the password is not right.')).toBeVisible()
  await fill(fresh)
  await expect(other.getByRole('navigation', { name: 'Main' })).toBeVisible()

  const again = await browser.newPage({ ...launch })
  await again.goto(reset)
  await again.getByLabel('New password', { exact: true }).fill('another plum orbit 99')
  await again.getByRole('button', { name: 'Save the new password' }).click()
  await expect(again.getByText('This link was used already or has expired')).toBeVisible()
  await again.context().close()

  await other.goto(`${product().dashboard}/settings/sessions`)
  await expect(other.getByRole('heading', { name: 'Password' })).toBeVisible()
  await checked(other, 'login')
  const card = other.locator('section').filter({ has: other.getByRole('heading', { level: 2, name: 'E-mail' }) })
  await card.getByRole('textbox', { name: 'New e-mail' }).fill('nora@elsewhere.test')
  await card.getByLabel('Your password', { exact: true }).fill(fresh)
  await card.getByRole('button', { name: 'Send a confirmation' }).click()
  await expect(card.getByText('Look into your mail')).toBeVisible()
  const confirm = await mailed(product(), 'nora@elsewhere.test', 'confirm-email')
  await other.goto(confirm)
  await expect(other.getByRole('heading', { name: 'Confirm your new address' })).toBeVisible()
  await checked(other, 'confirm-email')
  await other.getByRole('button', { name: 'Confirm' }).click()
  await expect(other.getByText('Your new address counts from now on.')).toBeVisible()
  const undo = await mailed(product(), nora.email, 'undo-email')
  await other.goto(undo)
  await other.getByRole('button', { name: 'Take it back' }).click()
  await expect(other.getByText('Your old address is yours again.')).toBeVisible()
  await other.context().close()
})
