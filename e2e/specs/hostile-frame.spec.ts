// What a hostile page can do with addresses, sockets and frames: none of it reads what is said in the widget.
import { expect, test } from '@playwright/test'
import { expectWorthless, lure, withStage } from '../support/hostile.ts'
import { hostPage } from '../support/site.ts'
import { openPanel, Panel } from '../support/widget.ts'

const stage = withStage()

test('an answer included as a script, style, picture or object gives the page nothing', async ({ page }) => {
  const { product, widget } = stage()
  const victim = await lure(stage(), page)
  const id = victim.conversation
  const outcome = await page.evaluate(
    async ({ base, id, loader }) => {
      const load = (tag: string, attributes: Record<string, string>) =>
        new Promise<string>((done) => {
          const element = Object.assign(document.createElement(tag), attributes)
          element.onload = () => done(`${tag} loaded ${Reflect.get(element, 'naturalWidth') ?? ''}`)
          element.onerror = () => done(`${tag} refused`)
          document.body.append(element)
        })
      const messages = `${base}/conversations/${id}/messages`
      const before = Object.keys(window).length
      return {
        script: await load('script', { src: messages }),
        credentialed: await load('script', { src: messages, crossOrigin: 'use-credentials' }),
        style: await load('link', { rel: 'stylesheet', href: messages }),
        image: await load('img', { src: messages }),
        grown: Object.keys(window).length - before,
        control: await load('script', { src: loader }),
      }
    },
    { base: `${product.widget}/api/widget/v1`, id, loader: widget.loader_url },
  )
  expect(outcome).toEqual({
    script: 'script refused',
    credentialed: 'script refused',
    style: 'link refused',
    image: 'img refused',
    grown: 0,
    control: 'script loaded ',
  })
})

test('a socket opened from the page with the credential of the visitor is refused', async ({ page }) => {
  const { product, widget } = stage()
  const victim = await lure(stage(), page)
  const talk = ({ address, auth, id }: { address: string; auth: unknown; id: string }) =>
    new Promise<string>((done) => {
      const heard: string[] = []
      const socket = new WebSocket(address)
      const end = () => done(heard.join('\n') || 'refused')
      socket.onmessage = ({ data }: MessageEvent<string>) => {
        heard.push(data)
        if (data.startsWith('0')) socket.send(`40${JSON.stringify(auth)}`)
        if (data.startsWith('40')) socket.send(`420${JSON.stringify(['join', { conversation_id: id, after_seq: 0 }])}`)
        if (data.startsWith('43') || data.startsWith('44')) socket.close()
      }
      socket.onclose = end
      socket.onerror = end
    })
  const asked = {
    address: `${product.widget.replace('https', 'wss')}/socket.io/?EIO=4&transport=websocket`,
    auth: { widget_id: widget.id, site: stage().shop },
    id: victim.conversation,
  }
  const fromPage = await page.evaluate(talk, asked)
  expectWorthless(fromPage, victim)
  const fromFrame = await victim.panel.frame.evaluate(talk, asked)
  expect(fromFrame, 'the same words from the frame are answered').toContain(victim.answered)
})

test('a guessed id of a conversation opens nothing to the page nor to another visitor', async ({ page, browser }) => {
  const { product, widget, shop } = stage()
  const victim = await lure(stage(), page)
  const address = `${product.widget}/api/widget/v1/conversations/${victim.conversation}/messages`
  const ask = ({ address, widget, site }: { address: string; widget: string; site: string }) =>
    fetch(address, { headers: { 'Leadkeep-Widget': widget, 'Leadkeep-Site': site }, credentials: 'include' }).then(
      async (answer) => `${answer.status} ${await answer.text()}`,
      () => 'no answer',
    )
  const asked = { address, widget: widget.id, site: shop }
  expect(await page.evaluate(ask, asked)).toBe('no answer')
  const stream = await page.evaluate(
    (address) =>
      new Promise((done) => {
        const source = new EventSource(address, { withCredentials: true })
        source.onmessage = ({ data }) => done(data)
        source.onerror = () => done('refused')
      }),
    address,
  )
  expect(stream).toBe('refused')
  const other = await browser.newContext({ ignoreHTTPSErrors: true })
  const stranger = await other.newPage()
  const theirs = await lure(stage(), stranger)
  const answer = await theirs.panel.frame.evaluate(ask, asked)
  expect(answer).toMatch(/^404 /)
  expectWorthless(answer, victim)
  expect(await victim.panel.frame.evaluate(ask, asked), 'its owner reads it').toContain(victim.answered)
  await other.close()
})

test('a site that is not allowed cannot frame the widget, not even around a site that is', async ({ page }) => {
  const { sites, widget, product } = stage()
  const address = `${product.widget}/w/${widget.id}`
  const around = (inner: string) => `<!doctype html><title>Around</title><iframe src="${inner}" width="900" height="700"></iframe>`
  const inner = sites.put('shop', '/inner', around(address))
  await page.goto(inner)
  await expect.poll(() => page.frames().some((each) => each.url() === address), 'the allowed site frames it').toBe(true)
  const framed = async () => page.frames().some((each) => each.url().startsWith(product.widget))
  for (const outer of [sites.put('evil', '/direct', around(address)), sites.put('evil', '/around', around(inner))]) {
    await page.goto(outer)
    await page.waitForLoadState('load')
    // The refusal of the innermost frame is shown a moment after the page around it is there.
    await expect.poll(() => page.frames().some((each) => each.url().startsWith('chrome-error:'))).toBe(true)
    expect(await framed()).toBe(false)
  }
  await page.goto(sites.put('evil', '/loader', hostPage(widget, { after: `window.heard = new Promise((done) => { document.querySelector('script[src]').onload = () => leadkeep('open').then(() => 'open', (error) => error.code).then(done) })` })))
  expect(await page.evaluate(() => Promise.race([Reflect.get(window, 'heard'), new Promise((done) => setTimeout(done, 1000, 'waiting'))]))).not.toBe('open')
})

test('a page without an origin cannot use the widget', async ({ page }) => {
  const { sites, widget } = stage()
  const headers = { 'Content-Security-Policy': 'sandbox allow-scripts' }
  await page.goto(sites.put('shop', '/sandboxed', { body: hostPage(widget), headers }))
  expect(await page.evaluate(() => self.origin)).toBe('null')
  await page.evaluate(() => void Reflect.get(window, 'leadkeep')?.('open'))
  await expect.poll(() => page.frames().length).toBe(2)
  await expect(new Panel(page.frames()[1] ?? page.mainFrame()).field).toHaveCount(0)
  await page.goto(sites.put('shop', '/plain', hostPage(widget)))
  await expect((await openPanel(page)).field, 'the same page with its origin can').toBeVisible()
})

test('the dashboard cannot be put into a frame, and a window that opens it loses hold of it', async ({ page, context }) => {
  const { sites, product } = stage()
  const around = (inner: string) => `<!doctype html><title>Around</title><iframe src="${inner}"></iframe>`
  const harmless = sites.put('shop', '/harmless', '<!doctype html><title>Harmless</title>')
  await page.goto(sites.put('evil', '/clickjack-control', around(harmless)))
  expect(page.frames().map((each) => each.url()), 'another page can be framed').toContain(harmless)
  for (const path of ['/', '/sign-in', '/inbox', '/settings/members', '/api/v1/setup']) {
    await page.goto(sites.put('evil', '/clickjack', around(product.dashboard + path)))
    expect(page.frames().some((each) => each.url().startsWith(product.dashboard)), path).toBe(false)
  }
  const [opened] = await Promise.all([
    context.waitForEvent('page'),
    page.evaluate((address) => void Object.assign(window, { opened: window.open(address) }), product.dashboard),
  ])
  await opened.waitForLoadState()
  expect(await opened.evaluate(() => window.opener)).toBeNull()
  expect(await page.evaluate(() => Reflect.get(window, 'opened').closed)).toBe(true)
})
