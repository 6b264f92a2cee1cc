// Only the parent window, and only from an allowed origin, gets an open port.
import { beforeEach, expect, it, vi } from 'vitest'
import { Refusal } from './api.ts'
import { settled } from './fixtures.ts'
import { awaitHost } from './handshake.ts'
import type { Config } from './shapes.ts'

const config: Config = {
  name: '',
  greeting: '',
  colour: '',
  askName: false,
  askEmail: false,
  allowedSites: ['https://shop.example'],
  online: true,
}
const configure = vi.fn(async () => config)
const accept = vi.fn()
const refuse = vi.fn()
const init = { v: 1, type: 'init', nonce: '0123456789abcdef' }

async function post(change: MessageEventInit): Promise<void> {
  const { port2 } = new MessageChannel()
  window.dispatchEvent(
    new MessageEvent('message', {
      data: init,
      origin: 'https://shop.example',
      source: window.parent,
      ports: [port2],
      ...change,
    }),
  )
  await settled()
}

beforeEach(() => {
  vi.clearAllMocks()
  awaitHost(configure, accept, refuse)
  return async () => post({}) // takes the listener of this test away
})

it('drops what does not come from the parent, has no port, or is not init', async () => {
  const other = document.createElement('iframe')
  document.body.append(other)
  await post({ source: other.contentWindow })
  await post({ source: null })
  await post({ ports: [] })
  await post({ data: { ...init, extra: 1 } })
  await post({ data: { v: 1, type: 'open' } })
  expect(configure).not.toHaveBeenCalled()
})

it('asks the server with the origin the browser vouches for, and accepts an allowed one once', async () => {
  await post({})
  await post({})
  expect(configure).toHaveBeenCalledExactlyOnceWith('https://shop.example')
  expect(accept).toHaveBeenCalledOnce()
})

it('refuses an origin that the answer does not name', async () => {
  await post({ origin: 'https://shop.example.evil.example' })
  expect(accept).not.toHaveBeenCalled()
  expect(refuse).toHaveBeenCalledWith(expect.anything(), 'site_not_allowed')
})

it('refuses when the server does', async () => {
  configure.mockImplementationOnce(() => Promise.reject(new Refusal(404, 'not_found')))
  await post({})
  expect(refuse).toHaveBeenCalledWith(expect.anything(), 'not_found')
})
