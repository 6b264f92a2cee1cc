// The proof of an entry, checked in the browser: what holds, and each change that has to be noticed.
import type { EntryProof } from '@leadkeep/client/shapes'
import { describe, expect, test } from 'vitest'
import { verify } from './proof.ts'

// A log made here from docs/reference/audit-log.md; only SHA-256 and Ed25519 are the same.
type Bytes = Uint8Array<ArrayBuffer>

const bytes = (of: string | Bytes | number[]): Bytes => (typeof of === 'string' ? new TextEncoder().encode(of) : Uint8Array.from(of))
const join = (...parts: (string | Bytes | number[])[]): Bytes => bytes(parts.flatMap((part) => [...bytes(part)]))
const sha = async (...parts: (string | Bytes | number[])[]): Promise<Bytes> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', join(...parts)))
const hex = (of: Bytes) => [...of].map((byte) => byte.toString(16).padStart(2, '0')).join('')
const base64 = (of: Bytes) => btoa(String.fromCharCode(...of))
const raw = (text: string): Bytes => bytes([...atob(text)].map((letter) => letter.charCodeAt(0)))
const number = (of: number, width: number): number[] =>
  Array.from({ length: width }, (_, at) => Number((BigInt(of) >> BigInt(8 * (width - 1 - at))) & 255n))
const uuid = (text: string | null): number[] => {
  const digits = (text ?? '').replaceAll('-', '')
  return Array.from({ length: digits.length / 2 }, (_, at) => Number(`0x${digits.slice(2 * at, 2 * at + 2)}`))
}
const part = (of: string | Bytes | number[]): Bytes => join(number(bytes(of).length, 4), bytes(of))

const ORIGIN = 'leadkeep.example/audit'
const WORKSPACE = '00000000-0000-7000-8000-0000000000aa'

type Signer = { key: string; id: Bytes; secret: CryptoKey }

async function signer(name = ORIGIN): Promise<Signer> {
  const pair = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])
  if (!('publicKey' in pair)) throw new Error('not a pair of keys')
  const verifier = join([1], new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)))
  const id = (await sha(`${name}\n`, verifier)).slice(0, 4)
  return { key: `${name}+${hex(id)}+${base64(verifier)}`, id, secret: pair.privateKey }
}

async function note(text: string, by: Signer, name = ORIGIN): Promise<string> {
  const signature = new Uint8Array(await crypto.subtle.sign('Ed25519', by.secret, bytes(text)))
  return `${text}\n— ${name} ${base64(join(by.id, signature))}\n`
}

const split = (width: number) => 2 ** Math.ceil(Math.log2(width) - 1)

async function rootOf(leaves: Bytes[]): Promise<Bytes> {
  const [only] = leaves
  if (leaves.length === 1 && only) return only
  const k = split(leaves.length)
  return sha([1], await rootOf(leaves.slice(0, k)), await rootOf(leaves.slice(k)))
}

async function beside(leaves: Bytes[], index: number): Promise<Bytes[]> {
  if (leaves.length === 1) return []
  const k = split(leaves.length)
  return index < k
    ? [...(await beside(leaves.slice(0, k), index)), await rootOf(leaves.slice(k))]
    : [await rootOf(leaves.slice(0, k)), ...(await beside(leaves.slice(k), index - k))]
}

/** The proof of one entry in a tree of so many leaves, signed by the newest of these keys. */
async function made(size: number, index: number, keys: Signer[], destroyed = false): Promise<EntryProof> {
  const payload = '{"change":{"old":null,"new":{"name":"Fern & Clay"}},"user_agent":"Gärtnerei"}'
  const salt = await sha(`salt ${String(index)}`)
  const facts = {
    number: 3,
    index,
    entry: '0193a1b2-0000-7000-8000-00000000beef',
    at: 1_763_900_000_123_456,
    action: 'workspace.changed',
    actor_kind: 'operator',
    actor: '0193a1b2-0000-7000-8000-000000000001',
    session: '0193a1b2-0000-7000-8000-000000000002',
    target_kind: 'workspace',
    target: null,
    request: 'req_01jd8x3v5n7e9r2t4y6w8k0m1p',
  }
  const commitment = await sha('leadkeep-audit-payload/v1\n', salt, payload)
  const digest = await sha(
    'leadkeep-audit-entry/v1\n',
    ...[uuid(WORKSPACE), uuid(facts.entry), number(facts.at, 8), facts.action, facts.actor_kind].map(part),
    ...[uuid(facts.actor), uuid(facts.session), facts.target_kind, uuid(facts.target), facts.request, commitment].map(part),
  )
  const leaf = await sha([0], 'leadkeep-audit-leaf/v1\n', uuid(WORKSPACE), number(facts.number, 8), digest)
  const leaves = await Promise.all(Array.from({ length: size }, (_, at) => (at === index ? leaf : sha(`leaf ${String(at)}`))))
  const newest = keys.at(-1)
  if (newest === undefined) throw new Error('a log without a key')
  return {
    origin: ORIGIN,
    workspace: WORKSPACE,
    keys: await Promise.all(
      keys.map(async (key, at) => {
        const before = keys[at - 1]
        return { key: key.key, endorsement: before ? await note(`leadkeep audit log key\n${ORIGIN}\n${key.key}\n`, before) : null }
      }),
    ),
    checkpoint: await note(`${ORIGIN}\n${String(size)}\n${base64(await rootOf(leaves))}\n`, newest),
    entry: {
      ...facts,
      commitment: base64(commitment),
      salt: destroyed ? null : base64(salt),
      payload: destroyed ? null : payload,
      leaf: base64(leaf),
    },
    proof: (await beside(leaves, index)).map(base64),
  }
}

const ALL = { payload: true, facts: true, tree: true, checkpoint: true }

describe('the proof of an entry', () => {
  test('holds for every leaf of trees of every shape', async () => {
    const keys = [await signer()]
    for (let size = 1; size <= 11; size += 1) {
      for (let index = 0; index < size; index += 1) {
        expect((await verify(await made(size, index, keys))).holds, `leaf ${String(index)} of ${String(size)}`).toEqual(ALL)
      }
    }
  })

  test('says which key signed, and how large the tree is', async () => {
    const key = await signer()
    expect(await verify(await made(11, 6, [key]))).toMatchObject({ key: key.key, size: 11 })
  })

  test('fails at every fact that is another', async () => {
    const other: Partial<EntryProof['entry']> = {
      number: 4,
      entry: '0193a1b2-0000-7000-8000-00000000bee0',
      at: 1_763_900_000_123_457,
      action: 'workspace.change',
      actor_kind: 'person',
      actor: null,
      session: null,
      target_kind: 'operator',
      target: WORKSPACE,
      request: 'req_1',
    }
    const good = await made(11, 6, [await signer()])
    for (const [name, value] of Object.entries(other)) {
      const { holds } = await verify({ ...good, entry: { ...good.entry, [name]: value } })
      expect(holds, name).toMatchObject({ facts: false, tree: false })
    }
    const elsewhere = await verify({ ...good, workspace: '00000000-0000-7000-8000-0000000000ab' })
    expect(elsewhere.holds).toMatchObject({ facts: false, tree: false })
  })

  test('fails at a payload or a salt that is another, and at a commitment made to fit it', async () => {
    const good = await made(11, 6, [await signer()])
    const payload = '{"change":{"old":null,"new":{"name":"Fern & Clax"}}}'
    expect((await verify({ ...good, entry: { ...good.entry, payload } })).holds).toEqual({ ...ALL, payload: false })
    const salt = base64(await sha('another'))
    expect((await verify({ ...good, entry: { ...good.entry, salt } })).holds).toEqual({ ...ALL, payload: false })
    const commitment = base64(await sha('leadkeep-audit-payload/v1\n', raw(good.entry.salt ?? ''), payload))
    const fitting = await verify({ ...good, entry: { ...good.entry, payload, commitment } })
    expect(fitting.holds).toMatchObject({ payload: true, facts: false, tree: false })
  })

  test('says of a destroyed payload nothing, and of the rest that it holds', async () => {
    expect((await verify(await made(11, 6, [await signer()], true))).holds).toEqual({ ...ALL, payload: undefined })
  })

  test('fails at another place and at hashes that are other, too few or too many', async () => {
    const good = await made(11, 6, [await signer()])
    const hash = base64(await sha('another'))
    const proofs = [good.proof.slice(1), [...good.proof, hash], ...good.proof.map((_, at) => good.proof.with(at, hash))]
    for (const proof of proofs) expect((await verify({ ...good, proof })).holds.tree).toBe(false)
    for (const index of [5, 7, 11]) {
      expect((await verify({ ...good, entry: { ...good.entry, index } })).holds.tree, String(index)).toBe(false)
    }
  })

  test('fails at a checkpoint of another log, with another root, or signed by nobody we know', async () => {
    const key = await signer()
    const good = await made(11, 6, [key])
    expect((await verify({ ...good, origin: 'other.example/audit' })).holds.checkpoint).toBe(false)
    const root = base64(await sha('another'))
    const ofAnotherTree = await note(`${ORIGIN}\n11\n${root}\n`, key)
    expect((await verify({ ...good, checkpoint: ofAnotherTree })).holds).toMatchObject({ tree: false, checkpoint: true })
    const [text = ''] = good.checkpoint.split('\n\n')
    const unsigned = [
      `${text}\n\n`,
      await note(`${text}\n`, await signer()),
      // The signature is one of another text.
      good.checkpoint.replace('\n11\n', '\n12\n'),
    ]
    for (const checkpoint of unsigned) expect((await verify({ ...good, checkpoint })).holds.checkpoint).toBe(false)
  })

  test('trusts a later key that the first one vouches for, and none that nobody does', async () => {
    const [first, second, third] = [await signer(), await signer(), await signer()]
    const good = await made(11, 6, [first, second, third])
    expect(await verify(good)).toMatchObject({ holds: ALL, key: third.key })
    const endorsed = async (origin: string, by: Signer) => {
      const endorsement = await note(`leadkeep audit log key\n${origin}\n${third.key}\n`, by)
      return good.keys.map((key, at) => (at === 2 ? { ...key, endorsement } : key))
    }
    const broken = [
      good.keys.map((key, at) => (at === 1 ? { ...key, endorsement: null } : key)),
      await endorsed(ORIGIN, await signer()),
      await endorsed('other.example/audit', second),
    ]
    for (const keys of broken) expect((await verify({ ...good, keys })).holds.checkpoint).toBe(false)
    expect((await verify({ ...good, keys: await endorsed(ORIGIN, second) })).holds.checkpoint).toBe(true)
  })
})
