// The widget on other people's pages: strict policies, wrong sites, other scripts and directions, keyboards, telephones.
import { expect, test } from '@playwright/test'
import { withStage } from '../support/hostile.ts'
import { hostPage, snippet } from '../support/site.ts'
import { frameOf, Launcher, openPanel, Panel } from '../support/widget.ts'

const stage = withStage()
const put = (scripts = {}) => stage().sites.put('shop', `/${crypto.randomUUID()}`, hostPage(stage().widget, scripts))

test('the widget works on a page that allows no inline script, no inline style and no other origin', async ({ page }) => {
  const { sites, widget, product } = stage()
  const policy = `default-src 'none'; script-src ${product.widget}; frame-src ${product.widget}; style-src 'none'; require-trusted-types-for 'script'`
  const body = `<!doctype html><html lang="en"><title>Strict</title><h1>Strict</h1>${snippet(widget)}</html>`
  const heard: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('favicon')) heard.push(message.text())
  })
  await page.goto(sites.put('shop', '/strict', { body, headers: { 'Content-Security-Policy': policy } }))
  const panel = await openPanel(page)
  await panel.say('On a strict page')
  const { width, height } = await new Launcher(page).box()
  expect([Math.round(width), Math.round(height)], 'the launcher has its looks').toEqual([56, 56])
  expect(heard).toEqual([])
})

test('a loader with one changed byte is not run', async ({ page }) => {
  const { sites, widget } = stage()
  const wrong = { ...widget, integrity: widget.integrity.replace(/^sha384-./, (begin) => (begin.endsWith('A') ? 'sha384-B' : 'sha384-A')) }
  await page.goto(sites.put('shop', '/wrong', hostPage(wrong)))
  await page.waitForLoadState('load')
  expect(await page.evaluate(() => typeof Reflect.get(window, 'leadkeep'))).toBe('undefined')
  expect(await new Launcher(page).label()).toBeUndefined()
})

test('a site that is not allowed gets a launcher that says that the chat is not available', async ({ page }) => {
  const { sites, widget } = stage()
  const after = `document.querySelector('script[src]').onload = () => leadkeep('on', 'error', ({ code }) => { document.title = code })`
  await page.goto(sites.put('stranger', '/', hostPage(widget, { after })))
  await new Launcher(page).click()
  await expect(page).toHaveTitle('unavailable', { timeout: 20_000 })
  expect(page.frames().some((each) => each.url().startsWith(stage().product.widget))).toBe(false)
})

test('nothing is asked of the server but the script until the visitor comes near the launcher', async ({ page, context }) => {
  const { product } = stage()
  const asked: string[] = []
  page.on('request', (request) => {
    if (request.url().startsWith(product.widget)) asked.push(new URL(request.url()).pathname)
  })
  await page.goto(put())
  await new Launcher(page).box()
  expect(asked.every((path) => path.startsWith('/lk/'))).toBe(true)
  await openPanel(page)
  expect(asked.some((path) => path.startsWith('/w/'))).toBe(true)
  expect((await context.cookies()).filter(({ name }) => name.startsWith('__Host-lk_v')), 'no cookie before the first message').toEqual([])
})

test('a part of the frame that could not be fetched is fetched again, and the answer arrives', async ({ page }) => {
  const { ada } = stage()
  const asked: string[] = []
  await page.route(/\/assets\/socket-/, async (route) => {
    asked.push(route.request().url())
    await (asked.length <= 2 ? route.abort('connectionreset') : route.continue())
  })
  await page.goto(put())
  const panel = await openPanel(page)
  const [said, answer] = [`outage${crypto.randomUUID()}`, `over${crypto.randomUUID()}`]
  await panel.say(said)
  const { data } = await ada.call('GET', 'conversations?status=open&limit=5')
  const { id } = data.find((each: any) => each.last_message.preview.includes(said))
  await ada.call('POST', `conversations/${id}/messages`, { client_message_id: crypto.randomUUID(), body: answer })
  await expect(panel.message(answer)).toBeVisible()
  expect(new Set(asked).size, 'under another address each time').toBe(3)
})

test('the keyboard alone opens the panel, writes, closes it, and the focus returns to the launcher', async ({ page }) => {
  await page.goto(put())
  const launcher = new Launcher(page)
  await launcher.box()
  await page.keyboard.press('Tab')
  expect(await launcher.is('focused')).toBe(true)
  await page.keyboard.press('Enter')
  const panel = new Panel(await frameOf(page))
  await expect(panel.field).toBeFocused()
  expect(await launcher.is('expanded')).toBe(true)
  await page.keyboard.type('By keyboard')
  await page.keyboard.press('Enter')
  await expect(panel.message('By keyboard')).toBeVisible()
  await expect(panel.field).toBeFocused()
  await page.keyboard.press('Escape')
  await expect.poll(() => launcher.is('expanded')).toBe(false)
  await expect.poll(() => launcher.is('focused'), 'the focus is back').toBe(true)
  await page.keyboard.press('Enter')
  await expect(panel.field).toBeFocused()
})

test('in Arabic the panel and the launcher stand and read from right to left', async ({ page }) => {
  await page.goto(put({ after: `document.querySelector('script[src]').dataset.locale = 'ar'` }))
  const launcher = new Launcher(page, /محادثة/)
  const { x } = await launcher.box()
  expect(x, 'the launcher is on the left').toBeLessThan(200)
  await launcher.click()
  const frame = await frameOf(page)
  await expect.poll(() => launcher.is('expanded')).toBe(true)
  await expect(frame.getByRole('textbox').last()).toBeVisible()
  expect(await frame.evaluate(() => [document.documentElement.dir, document.documentElement.lang])).toEqual(['rtl', 'ar'])
  expect(await frame.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
})

test('on a telephone the panel covers the screen and nothing is wider than it', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto(put())
  const panel = await openPanel(page)
  expect(await panel.frame.evaluate(() => [innerWidth, innerHeight, document.documentElement.scrollWidth])).toEqual([390, 844, 390])
  await panel.say('From a telephone')
  await panel.frame.getByRole('button', { name: 'Close chat' }).click()
  await expect(page.getByRole('heading', { name: 'Host' })).toBeVisible()
  await expect.poll(() => new Launcher(page).is('expanded')).toBe(false)
})

test('logging out forgets the visitor: the conversation is gone from this browser and the credential is dead', async ({ page, context }) => {
  const { widget } = stage()
  await page.goto(put())
  const panel = await openPanel(page)
  await panel.say('Forget this')
  const cookie = (await context.cookies()).find(({ name }) => name === `__Host-lk_v_${widget.id}`)
  await panel.frame.getByRole('button', { name: 'More' }).click()
  await panel.frame.getByRole('button', { name: 'Log out and forget me' }).click()
  await panel.frame.getByRole('button', { name: 'Forget me', exact: true }).click()
  await expect(panel.frame.getByText('Done. This browser holds nothing')).toBeVisible()
  await expect(panel.message('Forget this')).toHaveCount(0)
  expect((await context.cookies()).filter(({ name }) => name.startsWith('__Host-lk_v'))).toEqual([])
  if (cookie !== undefined) await context.addCookies([cookie])
  await page.goto(put())
  const again = await openPanel(page)
  await expect(again.field).toBeVisible()
  await expect(again.message('Forget this')).toHaveCount(0)
})
