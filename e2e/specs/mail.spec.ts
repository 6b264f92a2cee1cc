// What only a mail tells: an invitation and a sign-in elsewhere by SMTP; and the mailbox of a product that has no mail server.
import { expect, test } from '@playwright/test'
import { launch } from '../support/chromium.ts'
import { setUp } from '../support/desk.ts'
import { checked } from '../support/look.ts'
import { mail, mailed } from '../support/mailbox.ts'
import { withProduct } from '../support/product.ts'

const nora = { name: 'Nora Founder', email: 'nora@example.test', password: 'wild plum orbit 7421' }
const otto = { name: 'Otto Colleague', email: 'otto@example.test', password: 'quiet river stone 318' }
const firefox = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:146.0) Gecko/20100101 Firefox/146.0'

test.describe('with a mail server', () => {
  const product = withProduct({ demo: false, smtp: true })

  test('an invitation is mailed and shown to nobody else, and a sign-in with another kind of device is told', async ({ page, browser }) => {
    await setUp(page, product(), product().announced('setup'), nora)
    await expect(page.getByRole('heading', { level: 1, name: 'Widget' })).toBeVisible()
    await page.goto(`${product().dashboard}/settings/members`)
    await page.getByRole('button', { name: 'Invite', exact: true }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox', { name: 'E-mail' }).fill(otto.email)
    await dialog.getByRole('button', { name: 'Send the invitation' }).click()
    await expect(dialog.getByText('The link is on its way by mail.')).toBeVisible()
    await expect(dialog.getByRole('textbox')).toHaveCount(0)

    const invited = await browser.newPage({ ...launch })
    await invited.goto(await mailed(product(), otto.email, 'invite'))
    await expect(invited.getByRole('heading', { name: 'Join Plum Support' })).toBeVisible()
    await invited.getByRole('textbox', { name: 'Your name' }).fill(otto.name)
    await invited.getByLabel('Choose a password').fill(product().secret(otto.password))
    await invited.getByRole('button', { name: 'Join' }).click()
    await expect(invited.getByRole('heading', { level: 1, name: 'Inbox' })).toBeAttached()
    await invited.context().close()

    const elsewhere = await browser.newPage({ ...launch, userAgent: firefox })
    await elsewhere.goto(`${product().dashboard}/sign-in`)
    await elsewhere.getByRole('textbox', { name: 'E-mail' }).fill(otto.email)
    await elsewhere.getByLabel('Password', { exact: true }).fill(otto.password)
    await elsewhere.getByRole('button', { name: 'Sign in' }).click()
    await expect(elsewhere.getByRole('heading', { level: 1, name: 'Inbox' })).toBeAttached()
    await elsewhere.context().close()
    const told = await mail(product(), otto.email, 'New sign-in')
    expect(told.text).toContain('Firefox on Windows')
    expect(told.text, 'the address is masked').toContain('127.0.0.***')
    expect(product().mail?.mails.filter(({ to }) => to === nora.email), 'nobody wrote to Nora').toEqual([])
  })
})

test.describe('without a mail server', () => {
  const product = withProduct()

  test('the page says that nothing is sent, and the link waits in the mailbox of the private listener', async ({ page }) => {
    await page.goto(`${product().dashboard}/forgot`)
    await expect(page.getByText('This server sends no mail')).toBeVisible()
    await page.getByRole('textbox', { name: 'E-mail' }).fill('ada@fern-and-clay.test')
    await page.getByRole('button', { name: 'Send the link' }).click()
    await expect(page.getByRole('heading', { name: 'Look into your mail' })).toBeVisible()
    const link = await mailed(product(), 'ada@fern-and-clay.test', 'reset')
    await page.goto(`${product().privately}/mail`)
    await expect(page.getByText('No mail is sent, because mail.host is empty.')).toBeVisible()
    await expect(page.getByText('ada@fern-and-clay.test').first()).toBeVisible()
    await checked(page, 'mailbox')
    await page.goto(link)
    await expect(page.getByRole('heading', { name: 'Choose a new password' })).toBeVisible()
  })
})
