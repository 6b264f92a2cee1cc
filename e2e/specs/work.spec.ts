// When strangers tried a login too often: the page works and signs in by itself, and can be told to stop.
import { expect, test, type Page } from '@playwright/test'
import { call } from '../support/api.ts'
import { problems } from '../support/axe.ts'
import { launch } from '../support/chromium.ts'
import { setUp } from '../support/desk.ts'
import { withProduct } from '../support/product.ts'

const product = withProduct({ demo: false })
const nora = { name: 'Nora Founder', email: 'nora@example.test', password: 'wild plum orbit 7421' }

async function signIn(page: Page): Promise<void> {
  await page.goto(`${product().dashboard}/sign-in`)
  await page.getByRole('textbox', { name: 'E-mail' }).fill(nora.email)
  await page.getByLabel('Password', { exact: true }).fill(product().secret(nora.password))
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

test('after too many wrong guesses a browser that is not known does the work that the server asks for, and is in', async ({ page, browser }) => {
  await setUp(page, product(), product().announced('setup'), nora)
  await expect(page.getByRole('heading', { level: 1, name: 'Widget' })).toBeVisible()
  const guess = async () => {
    const body = { email: nora.email, password: 'not the password at all' }
    const url = `${product().dashboard}/api/v1/auth/sign-in`
    return (await call(product(), url, { method: 'POST', headers: {}, body })).json.code
  }
  for (let n = 0; n < 5; n += 1) expect(await guess()).toBe('wrong_credentials')
  expect(await guess()).toBe('proof_of_work_needed')

  const stranger = await browser.newPage({ ...launch })
  const worked = stranger.waitForRequest((request) => request.headers()['leadkeep-work'] !== undefined)
  await signIn(stranger)
  await worked
  await expect(stranger.getByRole('heading', { level: 1, name: 'Inbox' })).toBeAttached()
  await stranger.context().close()
})

test('the page says what its device does, without a barrier, and stops when it is told to', async ({ page }) => {
  const asked = { status: 429, contentType: 'application/problem+json', headers: { 'retry-after': '60' } }
  // More work than any device ends before somebody presses the button.
  const work = { challenge: '60.1.AAAA.AAAA', bits: 60, expires_at: '2030-01-01T00:00:00.000Z' }
  const body = JSON.stringify({ status: 429, code: 'proof_of_work_needed', detail: 'Too many attempts.', work })
  await page.route('**/api/v1/auth/sign-in', (route) => route.fulfill({ ...asked, body }))
  await signIn(page)
  await expect(page.getByRole('status')).toContainText('One moment')
  await expect(page.getByRole('progressbar', { name: 'Work done' })).toBeVisible()
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    expect(await problems(page), colorScheme).toEqual([])
    for (const [size, viewport] of [['desk', { width: 1440, height: 900 }], ['telephone', { width: 390, height: 844 }]] as const) {
      await page.setViewportSize(viewport)
      await page.screenshot({ path: `output/shots/work-${size}-${colorScheme}.png` })
    }
  }
  await page.getByRole('button', { name: 'Stop' }).press('Enter')
  await expect(page.getByRole('status')).toHaveCount(0)
  await expect(page.getByRole('alert')).toContainText('Too many attempts')
  await expect(page.getByRole('button', { name: 'Sign in', exact: true })).toBeEnabled()
})
