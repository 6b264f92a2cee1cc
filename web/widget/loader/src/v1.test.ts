// The loader on a page: one launcher, nothing fetched before the visitor comes near, commands before and after load.
import { beforeEach, describe, expect, it, vi } from 'vitest'

type Run = (...asked: unknown[]) => unknown

const widget = 'wgt_01k7st2000e008000000000001'
const origin = 'https://chat.example'
let root: ShadowRoot
let roots = 0
const post = vi.fn()

class Sheet {
  replaceSync(): void {}
}

/** Lets the page include the script; gives back the command function. */
async function load(attributes: { readonly [name: string]: string } = { 'data-widget': widget }): Promise<Run> {
  const tag = document.createElement('script')
  tag.type = 'text/inert'
  tag.src = `${origin}/lk/v1.js`
  for (const [name, value] of Object.entries(attributes)) tag.setAttribute(name, value)
  Object.defineProperty(document, 'currentScript', { value: tag, configurable: true })
  vi.resetModules()
  await import('./v1.ts')
  const run: unknown = window.leadkeep
  if (typeof run !== 'function') throw new Error('not loaded')
  return (...asked) => run(...asked)
}

const button = (): HTMLButtonElement => {
  const found = root.querySelector('button')
  if (!found) throw new Error('no launcher')
  return found
}
const frame = (): HTMLIFrameElement | null => root.querySelector('iframe')

/** Plays the frame: takes the port out of the init message. */
async function answer(...messages: unknown[]): Promise<{ port: MessagePort; heard: unknown[]; posted: unknown[][] }> {
  post.mockClear()
  frame()?.dispatchEvent(new Event('load'))
  const port: MessagePort = post.mock.calls[0]?.[2][0]
  const heard: unknown[] = []
  port.onmessage = ({ data }) => heard.push(data)
  for (const message of messages) port.postMessage(message)
  await turn()
  return { port, heard, posted: [...post.mock.calls] }
}
const turn = (): Promise<void> => new Promise((wake) => void setTimeout(wake, 20))

beforeEach(() => {
  const attach = Element.prototype.attachShadow
  roots = 0
  vi.stubGlobal('CSSStyleSheet', Sheet)
  vi.spyOn(HTMLIFrameElement.prototype, 'contentWindow', 'get').mockReturnValue(Object.assign(Object.create(null), { postMessage: post }))
  vi.stubGlobal('matchMedia', () => ({ matches: false }))
  vi.spyOn(Element.prototype, 'attachShadow').mockImplementation(function (this: Element, options) {
    expect(options.mode).toBe('closed')
    roots += 1
    root = attach.call(this, options)
    return root
  })
  return async () => {
    const run: unknown = window.leadkeep
    if (typeof run === 'function') await run('destroy').catch(() => {}) // some tests have destroyed it already
    delete window.leadkeep
    vi.restoreAllMocks()
    vi.unstubAllGlobals()
  }
})

describe('loading', () => {
  it('draws a named button and asks for nothing', async () => {
    await load()
    expect(button().ariaLabel).toBe('Chat')
    expect(button().ariaExpanded).toBe('false')
    expect(frame()).toBeNull()
    expect(document.cookie).toBe('')
    expect(localStorage).toHaveLength(0)
  })

  it('does nothing the second time', async () => {
    await load()
    const first: unknown = window.leadkeep
    await load()
    expect(window.leadkeep).toBe(first)
    expect(roots).toBe(1)
  })

  it('plays what was asked before, in order', async () => {
    const ready = vi.fn()
    window.leadkeep = { q: [['on', 'ready', ready], ['setTheme', 'dark'], ['open']] }
    await load()
    await turn()
    const { heard } = await answer({ v: 1, type: 'ready' })
    expect(heard).toEqual([{ v: 1, type: 'theme', theme: 'dark' }, { v: 1, type: 'open' }])
    expect(ready).toHaveBeenCalledOnce()
  })

  it('waits for boot when the tag names no widget', async () => {
    const run = await load({})
    expect(roots).toBe(0)
    await expect(run('open')).rejects.toMatchObject({ code: 'not_booted' })
    await expect(run('boot')).rejects.toMatchObject({ code: 'invalid_argument' })
    await run('boot', { widget })
    expect(roots).toBe(1)
  })

  it('does not take an element of that name for the script', async () => {
    const image = document.createElement('img')
    image.src = 'https://evil.example/lk/v1.js'
    Object.defineProperty(document, 'currentScript', { value: image, configurable: true })
    vi.resetModules()
    await import('./v1.ts')
    expect(window.leadkeep).toBeUndefined()
  })
})

describe('the frame', () => {
  it('is made on the first sign of interest, sandboxed, with nothing but the public id in its address', async () => {
    await load()
    button().dispatchEvent(new Event('pointerenter'))
    button().dispatchEvent(new Event('focus'))
    expect(root.querySelectorAll('iframe')).toHaveLength(1)
    expect(frame()?.src).toBe(`${origin}/w/${widget}`)
    expect(frame()?.hidden).toBe(true)
    expect(frame()?.referrerPolicy).toBe('origin')
    expect(frame()?.getAttribute('sandbox')).not.toMatch(/top-navigation|modals/)
  })

  it('gets init at exactly its origin, and opens when it says so', async () => {
    const run = await load()
    const opened = run('open')
    const { posted } = await answer({ v: 1, type: 'ready' }, { v: 1, type: 'opened' })
    expect(posted[0]?.[0]).toMatchObject({ v: 1, type: 'init', nonce: expect.stringMatching(/^[\w-]{16,64}$/) })
    expect(posted[0]?.[1]).toBe(origin)
    await opened
    expect(button().ariaExpanded).toBe('true')
    expect(frame()?.hidden).toBe(false)
    expect(await run('get', 'state')).toEqual({ loaded: true, open: true, visible: true, unread: 0, online: false })
  })

  it('stays shut and rejects when the server does not want the page', async () => {
    const run = await load()
    const failed = vi.fn()
    run('on', 'error', failed)
    const opened = run('open')
    await answer({ v: 1, type: 'availability', online: false })
    await expect(opened).rejects.toMatchObject({ code: 'unavailable' })
    expect(frame()).toBeNull()
    expect(button().ariaExpanded).toBe('false')
    expect(failed).toHaveBeenCalledWith(expect.objectContaining({ code: 'unavailable' }))
  })

  it('drops what is malformed or not the frame’s to say', async () => {
    const run = await load()
    run('open')
    await answer(
      { v: 1, type: 'ready' },
      { v: 1, type: 'opened', text: 'hello' },
      { v: 2, type: 'opened' },
      { v: 1, type: 'unread', count: 'many' },
      { v: 1, type: 'open' },
      'opened',
    )
    expect(await run('get', 'state')).toMatchObject({ open: false, unread: 0 })
  })

  it('gets a new port and hears the choices again when its document loads anew', async () => {
    const run = await load()
    await run('setLocale', 'de')
    run('open')
    await answer({ v: 1, type: 'ready' }, { v: 1, type: 'opened' })
    const second = await answer({ v: 1, type: 'ready' })
    expect(second.posted).toHaveLength(1)
    expect(second.heard).toEqual([{ v: 1, type: 'locale', locale: 'de' }, { v: 1, type: 'open' }])
  })
})

describe('the launcher', () => {
  it('says how many are unread', async () => {
    const run = await load()
    const unread = vi.fn()
    run('on', 'unread', unread)
    button().dispatchEvent(new Event('focus'))
    await answer({ v: 1, type: 'ready' }, { v: 1, type: 'unread', count: 2 })
    expect(button().ariaLabel).toBe('Chat, unread: 2')
    expect(root.querySelector('[role=status], p')?.textContent).toBe('unread: 2')
    expect(unread).toHaveBeenCalledWith(2)
  })

  it('stops telling a listener that has been taken off', async () => {
    const run = await load()
    const unread = vi.fn()
    const off = run('on', 'unread', unread)
    if (typeof off === 'function') off()
    button().dispatchEvent(new Event('focus'))
    await answer({ v: 1, type: 'unread', count: 2 })
    expect(unread).not.toHaveBeenCalled()
  })

  it('comes back when the page throws it out, but does not fight for ever', async () => {
    await load()
    for (let round = 0; round < 80; round += 1) {
      root.host.remove()
      await Promise.resolve()
    }
    expect(root.isConnected).toBe(false)
  })

  it('survives a swapped body', async () => {
    await load()
    document.documentElement.replaceChild(document.createElement('body'), document.body)
    expect(root.isConnected).toBe(true)
  })

  it('leaves every key but Escape to the browser', async () => {
    await load()
    for (const key of ['Enter', ' ', 'Tab', 'Escape']) {
      const press = new KeyboardEvent('keydown', { key, cancelable: true })
      button().dispatchEvent(press)
      expect(press.defaultPrevented).toBe(false)
    }
  })

  it('runs from right to left in Arabic', async () => {
    const run = await load()
    await run('setLocale', 'ar-EG')
    expect(root.querySelector('div')?.dir).toBe('rtl')
    expect(button().ariaLabel).toBe('محادثة')
  })

  it('goes and comes with hide and show, and leaves nothing with destroy', async () => {
    const run = await load()
    await run('hide')
    expect(button().hidden).toBe(true)
    await run('show')
    expect(button().hidden).toBe(false)
    await run('destroy')
    expect(root.isConnected).toBe(false)
    await expect(run('open')).rejects.toMatchObject({ code: 'not_booted' })
  })
})

it.each([
  ['unknown_command', ['identify', {}]],
  ['unknown_command', ['constructor']],
  ['unknown_command', ['__proto__']],
  ['invalid_argument', ['setTheme', 7]],
  ['invalid_argument', ['setLocale', {}]],
  ['invalid_argument', ['compose', {}]],
  ['invalid_argument', ['setContact', { name: 7 }]],
])('rejects with %s: %j', async (code, asked) => {
  const run = await load()
  await expect(run(...asked)).rejects.toMatchObject({ code })
})
