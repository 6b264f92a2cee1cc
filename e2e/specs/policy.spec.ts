// A full walk breaks no content security policy and writes no error to the console.
import { expect, test, type Page } from '@playwright/test'
import { auditPages } from '../support/audit.ts'
import { signIn } from '../support/desk.ts'
import { withProduct } from '../support/product.ts'
import { enrolStaff, staffPages } from '../support/staff.ts'
import { inside, outside, visiting, type Place } from '../support/walk.ts'

const product = withProduct()

/** Refusals that a page asks for on purpose; the browser writes each to the console by itself. */
const expected = [
  { path: /\/api\/v1\/auth\/refresh$/, status: 401 },
  { path: /\/api\/v1\/auth\/link$/, status: 4 },
  { path: /\/api\/staff\/v1\/auth\/link$/, status: 4 },
  { path: /\/api\/v1\/conversations\/cnv_0+(\/messages)?$/, status: 404 },
  { path: /\/api\/widget\/v1\/me$/, status: 401 },
]

async function listen(page: Page): Promise<string[]> {
  const heard: string[] = []
  await page.context().exposeBinding('reportViolation', (_, text: string) => heard.push(text))
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => {
      const { violatedDirective, blockedURI, sourceFile, lineNumber } = event
      const tell: unknown = Reflect.get(window, 'reportViolation')
      if (typeof tell === 'function') tell(`policy: ${violatedDirective} ${blockedURI} ${sourceFile}:${lineNumber} on ${location.href}`)
    })
  })
  page.on('pageerror', (error) => heard.push(`error: ${error.message}`))
  page.on('console', (message) => {
    const { url } = message.location()
    const refusal = /status of (\d+)/.exec(message.text())?.[1]
    if (refusal !== undefined && expected.some(({ path, status }) => path.test(url) && refusal.startsWith(String(status)))) return
    if (message.type() === 'error' || /policy|trusted/i.test(message.text())) heard.push(`console: ${message.text()} (${url})`)
  })
  return heard
}

async function walk(page: Page, places: readonly Place[], heard: string[]): Promise<void> {
  test.setTimeout(120_000)
  for (const { name, go } of places) {
    await test.step(name, async () => {
      await go(page, product())
      expect.soft(heard.splice(0), name).toEqual([])
    })
  }
}

test('the pages for people who are not signed in keep to their policy', async ({ page }) => {
  await walk(page, outside, await listen(page))
})

test('the dashboard keeps to its policy on every page', async ({ page }) => {
  const heard = await listen(page)
  await signIn(page, product(), 'ada@fern-and-clay.test')
  await walk(page, inside, heard)
})

test('the audit log and the page of staff keep to their policies', async ({ page }) => {
  const heard = await listen(page)
  await signIn(page, product(), 'ada@fern-and-clay.test')
  await walk(page, auditPages, heard)
  await enrolStaff(page, product(), 'grace@house.test', 'Grace of the House')
  await walk(page, staffPages, heard)
})

test('the shop and the widget keep to their policies', async ({ page }) => {
  await walk(page, visiting, await listen(page))
})

test('the check itself hears of a violation, an error and a failed load', async ({ page }) => {
  const heard = await listen(page)
  await page.goto(`${product().dashboard}/sign-in`)
  await page.evaluate(() => {
    document.body.append(Object.assign(document.createElement('img'), { src: 'https://elsewhere.test/' }))
    console.error('something broke')
    void fetch('/api/v1/nothing')
  })
  await expect.poll(() => heard.some((each) => each.startsWith('policy: img-src'))).toBe(true)
  await expect.poll(() => heard.some((each) => each.includes('something broke'))).toBe(true)
  await expect.poll(() => heard.some((each) => each.includes('/api/v1/nothing'))).toBe(true)
})
