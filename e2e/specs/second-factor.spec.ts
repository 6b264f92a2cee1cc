// A second factor from beginning to end, with oathtool as the authenticator app.
import { readFileSync } from 'node:fs'
import { expect, test, type Browser, type Page } from '@playwright/test'
import { call, Caller } from '../support/api.ts'
import { app } from '../support/app.ts'
import { problems } from '../support/axe.ts'
import { launch } from '../support/chromium.ts'
import { setUp } from '../support/desk.ts'
import { withProduct } from '../support/product.ts'

const product = withProduct({ demo: false })
const founder = { name: 'Nora Founder', email: 'nora@example.test', password: 'wild plum orbit 7421' }

/** Each test signs in by itself, in whichever order they run. */
async function signedUp(browser: Browser): Promise<void> {
  if (!(await call(product(), `${product().dashboard}/api/v1/setup`)).json.needed) return
  await fresh(browser, async (page) => {
    await setUp(page, product(), await product().admin('setup-link'), founder)
    await expect(page.getByRole('heading', { level: 1, name: 'Widget' })).toBeVisible()
  })
}

async function signIn(page: Page): Promise<void> {
  await page.goto(`${product().dashboard}/sign-in`)
  await page.getByRole('textbox', { name: 'E-mail' }).fill(founder.email)
  await page.getByLabel('Password', { exact: true }).fill(founder.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

const inbox = (page: Page) => page.getByRole('heading', { level: 1, name: 'Inbox' })

async function accessible(page: Page, what: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    expect(await problems(page), `${what} in ${colorScheme}`).toEqual([])
  }
}

async function fresh(browser: Browser, work: (page: Page) => Promise<void>): Promise<void> {
  const page = await browser.newPage({ ...launch })
  await work(page)
  await page.context().close()
}

test('an app is enrolled, asked for at the next sign-in, replaced by a recovery code, and removed', async ({ page, browser }) => {
  test.setTimeout(120_000)
  await signedUp(browser)
  await signIn(page)
  await expect(inbox(page)).toBeAttached()
  await page.goto(`${product().dashboard}/settings/widget`)
  await page.getByRole('link', { name: 'Your security' }).click()
  await page.getByRole('button', { name: 'Enrol an app' }).click()
  const enrolling = page.getByRole('dialog')
  await expect(enrolling.getByRole('img', { name: /QR code/ })).toBeVisible()
  await enrolling.getByText('Cannot scan?').click()
  const secret = product().secret((await enrolling.getByText(/^[A-Z2-7]{32}$/).innerText()).trim())
  await accessible(page, 'the enrolment')
  await enrolling.getByRole('textbox', { name: 'Code from your app' }).fill('000000')
  await enrolling.getByRole('button', { name: 'Enrol' }).click()
  await expect(enrolling.getByText(/wrong or was used/)).toBeVisible()
  // A step back, so that the present one is still unused at the sign-in.
  const first = await app(secret, -1)
  await enrolling.getByRole('textbox', { name: 'Code from your app' }).fill(first)
  await enrolling.getByRole('button', { name: 'Enrol' }).click()
  const kept = page.getByRole('dialog', { name: 'Your app is enrolled' })
  const lines = kept.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem')
  await expect(lines).toHaveCount(10)
  const codes = await lines.allInnerTexts()
  for (const code of codes) product().secret(code)
  await accessible(page, 'the recovery codes')
  const saving = page.waitForEvent('download')
  await kept.getByRole('button', { name: 'Download' }).click()
  const saved = readFileSync(await (await saving).path(), 'utf8')
  for (const code of codes) expect(saved).toContain(code)
  await kept.getByRole('button', { name: 'I have kept them' }).click()
  await expect(page.getByText('10 recovery codes left.')).toBeVisible()
  await accessible(page, 'the security page with an app')

  // The code that was used for enrolling is refused; the next one gets in as soon as it is typed.
  const now = await app(secret)
  await fresh(browser, async (other) => {
    await signIn(other)
    const code = other.getByRole('textbox', { name: 'Code from your app' })
    await expect(code).toBeFocused()
    await expect(code).toHaveAttribute('autocomplete', 'one-time-code')
    await accessible(other, 'the second step')
    await code.fill(first)
    await expect(other.getByText(/wrong or was used/)).toBeVisible()
    await code.fill(now)
    await expect(inbox(other)).toBeAttached()
  })
  await fresh(browser, async (other) => {
    await signIn(other)
    const code = other.getByRole('textbox', { name: 'Code from your app' })
    await code.fill(now)
    await expect(other.getByText(/wrong or was used/)).toBeVisible()
    await other.getByRole('button', { name: 'Use a recovery code' }).click()
    await other.getByRole('textbox', { name: 'Recovery code' }).fill(codes[0]?.toUpperCase() ?? '')
    await other.getByRole('button', { name: 'Sign in' }).click()
    await expect(inbox(other)).toBeAttached()
  })
  await fresh(browser, async (other) => {
    await signIn(other)
    await other.getByRole('button', { name: 'Use a recovery code' }).click()
    await other.getByRole('textbox', { name: 'Recovery code' }).fill(codes[0] ?? '')
    await other.getByRole('button', { name: 'Sign in' }).click()
    await expect(other.getByText(/wrong or was used/)).toBeVisible()
    await other.getByRole('button', { name: 'Back to the password' }).click()
    await expect(other.getByLabel('Password', { exact: true })).toBeVisible()
  })

  await page.reload()
  await expect(page.getByText('9 recovery codes left.')).toBeVisible()
  await page.getByRole('button', { name: 'New recovery codes' }).click()
  const renewing = page.getByRole('dialog', { name: 'Make new recovery codes?' })
  await expect(renewing.getByRole('button', { name: 'Make them' })).toBeDisabled()
  await renewing.getByRole('button', { name: 'Use a recovery code' }).click()
  await renewing.getByRole('textbox', { name: 'Recovery code' }).fill(codes[1] ?? '')
  await renewing.getByRole('button', { name: 'Make them' }).click()
  const renewed = page.getByRole('dialog', { name: 'New recovery codes' })
  await expect(renewed.getByRole('listitem')).toHaveCount(10)
  const [code = ''] = await renewed.getByRole('listitem').allInnerTexts()
  product().secret(code)
  expect(codes).not.toContain(code)
  await renewed.getByRole('button', { name: 'I have kept them' }).click()
  await page.getByRole('button', { name: 'Remove the app' }).click()
  const removing = page.getByRole('dialog', { name: 'Remove the app?' })
  await expect(removing.getByRole('button', { name: 'Remove it' })).toBeDisabled()
  await removing.getByRole('button', { name: 'Use a recovery code' }).click()
  await removing.getByRole('textbox', { name: 'Recovery code' }).fill(code)
  await removing.getByRole('button', { name: 'Remove it' }).click()
  await expect(page.getByRole('button', { name: 'Enrol an app' })).toBeVisible()
  // The change left the other sessions alone; ending them is offered beside it.
  await page.getByRole('button', { name: 'End all others' }).click()
  await page.getByRole('button', { name: 'End them' }).click()
  await expect(page.getByText('No other browser is signed in as you.')).toBeVisible()
  await fresh(browser, async (other) => {
    await signIn(other)
    await expect(inbox(other)).toBeAttached()
  })
})

test('what needs a fresh proof asks for the password, and then does what was asked', async ({ page, browser }) => {
  await signedUp(browser)
  await signIn(page)
  await expect(inbox(page)).toBeAttached()
  await page.goto(`${product().dashboard}/settings/security`)
  // Ten minutes cannot be waited for here: the first answer is the one that comes after them.
  let asked = 0
  await page.route('**/api/v1/factors/totp', async (route) => {
    asked += 1
    if (asked > 1) return route.continue()
    const body = JSON.stringify({ type: 'about:blank', title: 'Forbidden', status: 403, code: 'step_up_needed' })
    await route.fulfill({ status: 403, contentType: 'application/problem+json', body })
  })
  await page.getByRole('button', { name: 'Enrol an app' }).click()
  const stepUp = page.getByRole('dialog', { name: 'Is it still you?' })
  await expect(stepUp.getByLabel('Your password', { exact: true })).toBeFocused()
  await accessible(page, 'the step-up dialog')
  await stepUp.getByLabel('Your password', { exact: true }).fill(product().secret('not the password 99'))
  await stepUp.getByRole('button', { name: 'Go on' }).click()
  await expect(stepUp.getByText('The password is not right.')).toBeVisible()
  await stepUp.getByLabel('Your password', { exact: true }).fill(founder.password)
  await stepUp.getByRole('button', { name: 'Go on' }).click()
  await expect(page.getByRole('dialog', { name: 'Enrol an authenticator app' })).toBeVisible()
  expect(asked).toBe(2)
  await page.getByRole('button', { name: 'Cancel' }).click()
  const caller = await Caller.byLink(product(), founder.email)
  expect((await caller.call('GET', 'factors')).totp_enrolled_at).toBeNull()
})
