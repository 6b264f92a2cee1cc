// The composer: a note never becomes a reply.
import type { Permission } from '@leadkeep/client/shapes'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { createRef } from 'react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { LiveContext } from '../../live/LiveContext.tsx'
import type { Live } from '../../live/socket.ts'
import { session } from '../../session/session.ts'
import { Composer } from './Composer.tsx'
import { createDrafts } from './drafts.ts'
import { aConversation, aMessage, ME } from './samples.ts'

const typing = vi.fn<Live['typing']>()
const nothing = () => undefined
const live: Live = {
  status: () => ({ kind: 'online' }),
  subscribe: () => nothing,
  settle: nothing,
  join: nothing,
  leave: nothing,
  typing,
  presence: nothing,
  retryNow: nothing,
  close: nothing,
}

let paths: string[]

beforeEach(() => {
  paths = []
  typing.mockClear()
  vi.stubGlobal('fetch', async (request: Request) => {
    paths.push(new URL(request.url).pathname)
    if (request.method === 'GET') return Response.json({ data: [], page: { next_cursor: null, has_more: false } })
    return Response.json(aMessage({ seq: 2 }), { status: 201 })
  })
})
afterEach(cleanup)

function show(permissions: Permission[] = ['conversation.reply']) {
  session.begin({
    access_token: 'a',
    expires_at: '2999-01-01T00:00:00.000Z',
    session_id: 'ses_1',
    person: { id: 'psn_1', name: 'Ada', email: 'ada@example.com' },
    workspace: { id: 'wsp_1', name: 'Acme' },
    operator: { id: ME, role: 'user' },
    permissions,
    second_factor_required: false,
    workspaces: [],
  })
  const drafts = createDrafts(undefined, 'wsp_1')
  const draw = (id: string) => (
    <QueryClientProvider client={new QueryClient()}>
      <LiveContext value={live}>
        <Composer conversation={aConversation({ id })} drafts={drafts} field={createRef()} onResolve={nothing} />
      </LiveContext>
    </QueryClientProvider>
  )
  const { rerender } = render(draw('cnv_1'))
  return { drafts, open: (id: string) => rerender(draw(id)) }
}

const field = () => screen.getByRole<HTMLTextAreaElement>('textbox')
const write = (text: string) => fireEvent.change(field(), { target: { value: text } })
const choose = (mode: string) => fireEvent.click(screen.getByRole('button', { name: new RegExp(`^${mode}`) }))

test('changing the mode changes the text with it', () => {
  show()
  write('Dear Ada')
  choose('Note')
  expect(field().value).toBe('')
  write('She is angry')
  choose('Reply')
  expect(field().value).toBe('Dear Ada')
  choose('Note')
  expect(field().value).toBe('She is angry')
})

test('sending a note leaves the reply where it is, and only the address for notes hears of it', async () => {
  const { drafts } = show()
  write('Dear Ada')
  choose('Note')
  write('She is angry')
  fireEvent.keyDown(field(), { key: 'Enter' })
  await waitFor(() =>
    expect(paths.filter((path) => path.startsWith('/api/v1/conversations'))).toEqual([
      '/api/v1/conversations/cnv_1/notes',
    ]),
  )
  expect(drafts.text('cnv_1', 'reply')).toBe('Dear Ada')
  expect(drafts.text('cnv_1', 'note')).toBe('')
})

test('another conversation starts as a reply, with its own text', () => {
  const { open } = show()
  choose('Note')
  write('She is angry')
  open('cnv_2')
  expect(field().value).toBe('')
  expect(screen.getByRole('textbox', { name: /^Reply/ })).toBeDefined()
  open('cnv_1')
  expect(field().value).toBe('She is angry')
  expect(screen.getByRole('textbox', { name: 'Note' })).toBeDefined()
})

test('typing is announced with its mode, and not at every key', () => {
  show()
  choose('Note')
  write('a')
  write('ab')
  write('abc')
  expect(typing.mock.calls).toEqual([['cnv_1', 'note', true]])
  write('')
  expect(typing.mock.lastCall).toEqual(['cnv_1', 'note', false])
})

test('Shift Enter makes a line, and an empty text is not sent', () => {
  show()
  write('  ')
  fireEvent.keyDown(field(), { key: 'Enter' })
  write('one')
  fireEvent.keyDown(field(), { key: 'Enter', shiftKey: true })
  expect(paths.filter((path) => path.includes('/conversations/'))).toEqual([])
})

test('whoever may not reply can only write notes', () => {
  show([])
  expect(screen.queryByRole('button', { name: /^Reply/ })).toBeNull()
  expect(screen.getByRole('textbox', { name: 'Note' })).toBeDefined()
})
