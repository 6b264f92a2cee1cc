// The session: one refresh at a time, one retry, and everything forgotten when the workspace changes.
import type { Session } from '@leadkeep/client/shapes'
import { expect, test, vi } from 'vitest'
import { createSessionStore } from './store.ts'

const NOW = Date.parse('2026-11-22T10:00:00.000Z')

function aSession(token: string, workspace = 'wsp_1', left = 600_000): Session {
  return {
    access_token: token,
    expires_at: new Date(NOW + left).toISOString(),
    session_id: 'ses_1',
    person: { id: 'psn_1', name: 'Ada', email: 'ada@example.com' },
    workspace: { id: workspace, name: workspace },
    operator: { id: 'opr_1', role: 'admin' },
    permissions: [],
    second_factor_required: false,
    workspaces: [],
  }
}

const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status })

function setUp(answer: (request: Request) => Response | Promise<Response>, wasHere = true) {
  const trace = { found: () => wasHere, leave: () => void (wasHere = true), remove: () => void (wasHere = false) }
  const requests: Request[] = []
  const store = createSessionStore({
    fetch: async (request) => {
      requests.push(request)
      return answer(request)
    },
    exclusively: (work) => work(),
    origin: 'https://localhost:8443',
    now: () => NOW,
    trace,
  })
  const to = (path: string) => requests.filter((each) => each.url.endsWith(path))
  return { store, requests, refreshes: () => to('/auth/refresh'), to }
}

const call = () => new Request('https://localhost:8443/api/v1/widgets')

test('callers at the same time share one refresh', async () => {
  const { store, refreshes } = setUp(() => json(200, aSession('a')))
  const tokens = await Promise.all([store.token(), store.token(), store.refresh()])
  expect(refreshes()).toHaveLength(1)
  expect(refreshes()[0]?.headers.get('Leadkeep-Client')).toBe('dashboard')
  expect(tokens[0]).toBe('a')
})

test('a token about to end is renewed before the call', async () => {
  const { store, refreshes, to } = setUp((request) =>
    request.url.endsWith('refresh') ? json(200, aSession('b')) : json(200, {}),
  )
  store.begin(aSession('a', 'wsp_1', 5000))
  await store.authorised(call())
  expect(refreshes()).toHaveLength(1)
  expect(to('/widgets')[0]?.headers.get('Authorization')).toBe('Bearer b')
})

test('a 401 is answered by one refresh and one more try', async () => {
  const { store, refreshes, to } = setUp((request) => {
    if (request.url.endsWith('refresh')) return json(200, aSession('b'))
    return request.headers.get('Authorization') === 'Bearer b' ? json(200, {}) : json(401, { code: 'unauthenticated' })
  })
  store.begin(aSession('a'))
  const answers = await Promise.all([store.authorised(call()), store.authorised(call())])
  expect(answers.map((each) => each.status)).toEqual([200, 200])
  expect(refreshes()).toHaveLength(1)
  expect(to('/widgets')).toHaveLength(4)
})

test('a second 401 is the answer', async () => {
  const { store, refreshes } = setUp((request) =>
    request.url.endsWith('refresh') ? json(200, aSession('b')) : json(401, {}),
  )
  store.begin(aSession('a'))
  expect((await store.authorised(call())).status).toBe(401)
  expect(refreshes()).toHaveLength(1)
})

test('the body is sent again with the second try', async () => {
  const bodies: string[] = []
  const { store } = setUp(async (request) => {
    if (request.url.endsWith('refresh')) return json(200, aSession('b'))
    bodies.push(await request.text())
    return json(bodies.length === 1 ? 401 : 201, {})
  })
  store.begin(aSession('a'))
  await store.authorised(new Request('https://localhost:8443/api/v1/x', { method: 'POST', body: 'hello' }))
  expect(bodies).toEqual(['hello', 'hello'])
})

test('a refresh that is refused ends the session', async () => {
  const { store } = setUp(() => json(401, { code: 'session_ended' }))
  store.begin(aSession('a'))
  await expect(store.refresh()).rejects.toMatchObject({ code: 'session_ended' })
  expect(store.state()).toEqual({ kind: 'out', reason: 'session_ended' })
  expect(await store.ensure()).toBeNull()
})

test('whoever was never signed in is not told that a session ended', async () => {
  const { store } = setUp(() => json(401, { code: 'session_ended' }))
  expect(await store.ensure()).toBeNull()
  expect(store.state()).toEqual({ kind: 'out', reason: undefined })
})

test('where nobody was signed in, the server is not even asked', async () => {
  const { store, requests } = setUp(() => json(200, aSession('a')), false)
  expect(await store.ensure()).toBeNull()
  expect(requests).toHaveLength(0)
})

test('a server that is away does not end the session', async () => {
  const { store } = setUp(() => json(503, { code: 'busy' }))
  store.begin(aSession('a'))
  await expect(store.refresh()).rejects.toMatchObject({ status: 503 })
  expect(store.state().kind).toBe('in')
})

test('another workspace after a refresh: everything is forgotten and the old call is not repeated', async () => {
  const { store, to } = setUp((request) =>
    request.url.endsWith('refresh') ? json(200, aSession('b', 'wsp_2')) : json(401, { code: 'context_switched' }),
  )
  const forget = vi.fn<(kind: 'switched' | 'signed_out') => void>()
  store.onForget(forget)
  store.begin(aSession('a', 'wsp_1'))
  expect((await store.authorised(call())).status).toBe(401)
  expect(forget).toHaveBeenCalledExactlyOnceWith('switched')
  expect(to('/widgets')).toHaveLength(1)
})

test('signing out forgets, even when the server cannot be reached', async () => {
  const { store } = setUp(() => Promise.reject(new TypeError('offline')))
  const forget = vi.fn<(kind: 'switched' | 'signed_out') => void>()
  store.onForget(forget)
  store.begin(aSession('a'))
  await expect(store.signOut()).rejects.toMatchObject({ status: 0 })
  expect(forget).toHaveBeenCalledExactlyOnceWith('signed_out')
  expect(store.state().kind).toBe('out')
})
