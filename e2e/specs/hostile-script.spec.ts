// What a hostile page can do with scripts: none of it reads what is said in the widget.
import { expect, test, type Page } from '@playwright/test'
import { expectWorthless, lure, withStage } from '../support/hostile.ts'
import { hostPage } from '../support/site.ts'
import { frameOf, Launcher, openPanel, Panel } from '../support/widget.ts'

const stage = withStage()

/** Gives the page what the browser keeps from it: every shadow root, and so the frame's element. */
const openRoots = `
  const attach = Element.prototype.attachShadow
  Element.prototype.attachShadow = function (init) { return window.root = attach.call(this, init) }`

/** Everything that goes through these functions is kept. */
const wiretap = `
  const { stringify } = JSON, { apply, defineProperty } = Reflect, loot = window.loot = []
  let busy = false
  const plain = (_, each) => typeof each === 'function' ? 'function' : each instanceof EventTarget ? 'target' : each
  const keep = (...what) => {
    if (busy || loot.length > 20000) return
    busy = true
    try { loot[loot.length] = stringify(what, plain) } catch {} finally { busy = false }
  }
  const tap = (owner, name) => {
    const real = owner[name]
    owner[name] = function (...given) { const back = apply(real, this, given); keep(name, given, back); return back }
  }
  for (const name of ['push', 'find', 'map', 'join', 'splice']) tap(Array.prototype, name)
  for (const name of ['call', 'apply', 'bind']) tap(Function.prototype, name)
  for (const name of ['stringify', 'parse']) tap(JSON, name)
  tap(RegExp.prototype, 'test'); tap(Promise.prototype, 'then'); tap(Map.prototype, 'set')
  tap(EventTarget.prototype, 'addEventListener'); tap(EventTarget.prototype, 'dispatchEvent')
  tap(window, 'postMessage'); tap(MessagePort.prototype, 'postMessage')
  const data = Object.getOwnPropertyDescriptor(MessageEvent.prototype, 'data')
  defineProperty(MessageEvent.prototype, 'data', { get() { const value = apply(data.get, this, []); keep('data', value); return value } })
  for (const name of ['text', 'body', 'message', 'token', 'cookie', 'name', 'email'])
    defineProperty(Object.prototype, name, { configurable: true, set(value) { keep('set ' + name, value); defineProperty(this, name, { value, writable: true, configurable: true, enumerable: true }) }, get() { return undefined } })
  addEventListener('message', (event) => keep('message', event.origin, event.data), true)`

const stolenPorts = `
  const Real = MessageChannel
  window.MessageChannel = function () {
    const channel = new Real()
    channel.port1.addEventListener('message', (event) => { window.loot[window.loot.length] = 'port ' + event.data.type })
    window.ports = [...(window.ports ?? []), channel.port1]
    return channel
  }`

/** What the tap has caught, fetched by the debugging protocol, because a call by way of the page would be tapped itself. */
async function caught(page: Page): Promise<string> {
  const session = await page.context().newCDPSession(page)
  const expression = '(() => { let all = ""; for (const each of window.loot) all += each + "\\n"; return all })()'
  const { result } = await session.send('Runtime.evaluate', { expression, returnByValue: true })
  await session.detach()
  return String(result.value)
}

test('the frame gives its document to nobody, not even to a page that holds its element', async ({ page }) => {
  const victim = await lure(stage(), page, { before: openRoots })
  const found = await page.evaluate(async () => {
    const read = (frame: HTMLIFrameElement): string => {
      try {
        return frame.contentDocument?.body.innerText ?? String(frame.contentWindow?.document.body.innerText)
      } catch (error) {
        return error instanceof DOMException ? error.name : String(error)
      }
    }
    const root: unknown = Reflect.get(window, 'root')
    const theirs = root instanceof ShadowRoot ? root.querySelector('iframe') : null
    const own = document.body.appendChild(document.createElement('iframe'))
    own.contentDocument?.body.append('readable')
    const names = ['document', 'localStorage', 'name', 'origin', 'fetch'].map((name) => {
      try {
        return String(Reflect.get(theirs?.contentWindow ?? {}, name))
      } catch (error) {
        return error instanceof DOMException ? error.name : String(error)
      }
    })
    return { theirs: theirs === null ? 'no frame' : read(theirs), own: read(own), names, count: window.length }
  })
  expect(found.own, 'the same reading works on a frame of the page').toBe('readable')
  expect(found.theirs).toBe('SecurityError')
  expect(found.names).toEqual(Array(5).fill('SecurityError'))
  expectWorthless(found, victim)
})

test('functions of the page that are changed before the loader runs hear no word of the chat', async ({ page }) => {
  const victim = await lure(stage(), page, { before: `${wiretap};${stolenPorts};${openRoots}` })
  const loot = await caught(page)
  expect(loot, 'the tap hears what is meant for the page').toMatch(/"type\W+opened/)
  expect(loot, 'and that a message came').toContain('messageReceived')
  expect(loot, 'by the port, too').toContain('port event')
  expectWorthless(loot, victim)
})

test('functions of the page that are changed after the loader has run hear no word of the chat', async ({ page }) => {
  const after = `document.querySelector('script[src]').addEventListener('load', () => { ${wiretap};${stolenPorts} })`
  const victim = await lure(stage(), page, { after })
  const loot = await caught(page)
  expect(loot, 'the tap hears what is meant for the page').toMatch(/"type\W+opened/)
  expectWorthless(loot, victim)
})

test('a page that does the handshake itself learns that a message was sent, and not which', async ({ page }) => {
  const { widget, product, sites } = stage()
  const address = `${product.widget}/w/${widget.id}`
  const html = `<!doctype html><title>Own</title><iframe src="${address}" style="width:400px;height:700px"></iframe><script>
    window.loot = []
    const frame = document.querySelector('iframe')
    frame.onload = () => {
      const channel = new MessageChannel()
      channel.port1.onmessage = ({ data }) => loot.push(JSON.stringify(data))
      frame.contentWindow.postMessage({ v: 1, type: 'init', nonce: 'n'.repeat(20) }, '${product.widget}', [channel.port2])
      channel.port1.postMessage({ v: 1, type: 'open' })
    }</script>`
  await page.goto(sites.put('shop', '/own', html))
  const panel = new Panel(await frameOf(page))
  const secret = product.secret(`own${crypto.randomUUID()}`)
  await panel.say(secret)
  const loot = await page.evaluate(() => Reflect.get(window, 'loot') as string[])
  expect(loot.some((each) => each.includes('messageSent')), 'the page does hear of it').toBe(true)
  expect(loot.join()).not.toContain(secret)
})

test('a second init from the page, and anything malformed, is not answered', async ({ page }) => {
  const victim = await lure(stage(), page, { before: openRoots })
  const answers = await page.evaluate(async (origin) => {
    const heard: unknown[] = []
    const root: unknown = Reflect.get(window, 'root')
    const frame = root instanceof ShadowRoot ? root.querySelector('iframe')?.contentWindow : null
    const init = { v: 1, type: 'init', nonce: 'n'.repeat(20) }
    for (const message of [init, { ...init, v: 2 }, { ...init, extra: 1 }, 'init', null, { v: 1, type: 'history' }]) {
      const channel = new MessageChannel()
      channel.port1.onmessage = ({ data }) => heard.push(data)
      if (!frame) return ['no frame']
      frame.postMessage(message, origin, [channel.port2])
      for (const type of ['open', 'messages', 'history', 'get']) channel.port1.postMessage({ v: 1, type })
    }
    // The frame answers in order: once this round trip is over, an answer to the above would be here.
    const leadkeep = Reflect.get(window, 'leadkeep')
    await leadkeep('close')
    await leadkeep('open')
    return heard
  }, stage().product.widget)
  expect(answers).toEqual([])
  await expect(victim.panel.message(victim.answered), 'the first port still works').toBeVisible()
})

/** Says init to the frame and waits for what it may answer. */
const knock = `window.knock = (frame, origin) => new Promise((done) => {
  const channel = new MessageChannel()
  channel.port1.onmessage = ({ data }) => done(data.type)
  frame.postMessage({ v: 1, type: 'init', nonce: 'n'.repeat(20) }, origin, [channel.port2])
  setTimeout(done, 1500, 'silence')
})`

test('an init from another window than the one around the frame is not answered', async ({ page, context }) => {
  const { sites, product, widget } = stage()
  const html = `<!doctype html><title>Bare</title><script>${knock}</script><iframe src="${product.widget}/w/${widget.id}"></iframe>`
  const host = sites.put('shop', '/bare', html)
  await page.goto(sites.put('evil', '/opener', `<!doctype html><title>Opener</title><script>${knock}</script>`))
  const [shop] = await Promise.all([
    context.waitForEvent('page'),
    page.evaluate((address) => void Object.assign(window, { victim: window.open(address) }), host),
  ])
  await shop.waitForLoadState('load')
  const fromOutside = await page.evaluate((origin) => Reflect.get(window, 'knock')(Reflect.get(window, 'victim')[0], origin), product.widget)
  expect(fromOutside).toBe('silence')
  const fromParent = await shop.evaluate((origin) => Reflect.get(window, 'knock')(window[0], origin), product.widget)
  expect(fromParent, 'the same knock from the page around it is answered').toMatch(/^(ready|resize)$/)
})

test('another window does not reach the frame that the loader made', async ({ page, context }) => {
  const host = stage().sites.put('shop', '/ordinary', hostPage(stage().widget))
  await page.goto(stage().sites.put('evil', '/opener', '<!doctype html><title>Opener</title>'))
  const [shop] = await Promise.all([
    context.waitForEvent('page'),
    page.evaluate((address) => void Object.assign(window, { victim: window.open(address) }), host),
  ])
  await openPanel(shop)
  const reach = () =>
    page.evaluate(() => {
      try {
        return typeof Reflect.get(window, 'victim')[0]
      } catch (error) {
        return error instanceof DOMException ? error.name : String(error)
      }
    })
  expect(await reach()).toBe('SecurityError')
  await shop.evaluate(() => void document.body.append(document.createElement('iframe')))
  expect(await reach(), 'a frame in the open is reached').toBe('object')
})

test('a frame that is sent elsewhere by a changed src setter gets no port', async ({ page }) => {
  const { sites, widget, evil } = stage()
  sites.put('evil', '/trap', `<!doctype html><title>Trap</title><script>
    addEventListener('message', (event) => { parent.postMessage({ caught: JSON.stringify(event.data), ports: event.ports.length }, '*') })</script>`)
  const before = `
    window.loot = []; addEventListener('message', ({ data }) => loot.push(data))
    const src = Object.getOwnPropertyDescriptor(HTMLIFrameElement.prototype, 'src')
    Object.defineProperty(HTMLIFrameElement.prototype, 'src', { get: src.get, set() { src.set.call(this, '${evil}/trap'); window.element = this } });${openRoots}`
  await page.goto(sites.put('shop', `/${crypto.randomUUID()}`, hostPage(widget, { before })))
  await new Launcher(page).click()
  await expect.poll(() => page.frames().some((each) => each.url() === `${evil}/trap`), 'the trap is in place of the frame').toBe(true)
  const trap = page.frames().find((each) => each.url() === `${evil}/trap`)
  await trap?.waitForLoadState('load')
  await page.evaluate(() => {
    const element: unknown = Reflect.get(window, 'element')
    if (element instanceof HTMLIFrameElement) element.contentWindow?.postMessage('to anybody', '*')
  })
  await expect.poll(() => page.evaluate(() => Reflect.get(window, 'loot'))).toEqual([{ caught: '"to anybody"', ports: 0 }])
})

test('the commands of the loader give a page numbers and ids, and compose sends nothing', async ({ page }) => {
  const after = `window.loot = []
    document.querySelector('script[src]').addEventListener('load', () => {
      for (const name of ['ready','opened','closed','unread','availability','conversationStarted','messageSent','messageReceived','error'])
        leadkeep('on', name, (detail) => loot.push([name, detail]))
    })`
  const victim = await lure(stage(), page, { after })
  await page.evaluate(() => Reflect.get(window, 'leadkeep')('compose', { text: 'put into the field' }))
  await expect(victim.panel.field).toHaveValue('put into the field')
  const loot = await page.evaluate(async () => [Reflect.get(window, 'loot'), await Reflect.get(window, 'leadkeep')('get', 'state')])
  expect(loot[0].map(([name]: [string]) => name)).toEqual(expect.arrayContaining(['opened', 'conversationStarted', 'messageSent', 'messageReceived']))
  expect(Object.keys(loot[1])).toEqual(['loaded', 'open', 'unread', 'online', 'visible'])
  expectWorthless(loot, victim)
  await expect(victim.panel.message('put into the field')).toHaveCount(0)
})

test('an answer that looks like markup stays text in the widget and in the dashboard', async ({ page }) => {
  const { ada } = stage()
  const victim = await lure(stage(), page)
  const body = `<img src=x onerror="parent.postMessage('hit','*')"><script>parent.postMessage('hit','*')</script>`
  await page.evaluate(() => addEventListener('message', ({ data }) => Object.assign(window, { hit: data })))
  await ada.call('POST', `conversations/${victim.conversation}/messages`, { client_message_id: crypto.randomUUID(), body })
  await expect(victim.panel.message('onerror=')).toBeVisible()
  expect(await victim.panel.frame.evaluate(() => document.querySelectorAll('img, [onerror]').length)).toBe(0)
  expect(await page.evaluate(() => Reflect.get(window, 'hit'))).toBeUndefined()
})
