// Checks one entry against the signed tree, in this browser and from the bytes alone, as
// docs/reference/audit-log.md has them. Nothing the server says about itself is believed here.
import type { EntryProof } from '@leadkeep/client/shapes'

/** What is checked, in its order. */
export const STEPS = ['payload', 'facts', 'tree', 'checkpoint'] as const
export type Step = (typeof STEPS)[number]

export type Verdict = {
  /** For each step whether it holds; `undefined` where there is nothing left to check it with. */
  holds: Record<Step, boolean | undefined>
  /** How many leaves the checkpoint is for. */
  size: number
  /** The root in the checkpoint, in base64. */
  root: string
  /** The key that signed it, as signed notes write it. */
  key: string | undefined
}

type Bytes = Uint8Array<ArrayBuffer>

const utf8 = (text: string): Bytes => new TextEncoder().encode(text)
const raw = (base64: string): Bytes => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
const base64 = (bytes: Bytes): string => btoa(String.fromCharCode(...bytes))
const same = (one: Bytes, two: Bytes): boolean => one.length === two.length && one.every((byte, at) => byte === two[at])

function join(...parts: Bytes[]): Bytes {
  const out = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

const sha = async (...parts: Bytes[]): Promise<Bytes> => new Uint8Array(await crypto.subtle.digest('SHA-256', join(...parts)))

function eight(number: number): Bytes {
  const out = new Uint8Array(8)
  new DataView(out.buffer).setBigInt64(0, BigInt(number))
  return out
}

function part(bytes: Bytes): Bytes {
  const length = new Uint8Array(4)
  new DataView(length.buffer).setUint32(0, bytes.length)
  return join(length, bytes)
}

const uuid = (text: string | null): Bytes =>
  text === null ? new Uint8Array() : Uint8Array.from(text.replaceAll('-', '').match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))

/** The hash of the leaf that these facts give. */
async function leafOf({ workspace, entry }: EntryProof): Promise<Bytes> {
  const digest = await sha(
    utf8('leadkeep-audit-entry/v1\n'),
    ...[uuid(workspace), uuid(entry.entry), eight(entry.at), utf8(entry.action)].map(part),
    ...[utf8(entry.actor_kind), uuid(entry.actor), uuid(entry.session)].map(part),
    ...[utf8(entry.target_kind), uuid(entry.target), utf8(entry.request), raw(entry.commitment)].map(part),
  )
  return sha(Uint8Array.of(0), utf8('leadkeep-audit-leaf/v1\n'), uuid(workspace), eight(entry.number), digest)
}

/** The root that a leaf and the hashes beside it add up to, or `undefined` when they are too few or too many. */
async function rootOf(leaf: Bytes, index: number, size: number, beside: Bytes[]): Promise<Bytes | undefined> {
  const left = [...beside]
  const between = async (from: number, to: number): Promise<Bytes | undefined> => {
    if (index < from || index >= to) return left.shift()
    if (to - from === 1) return leaf
    let width = 1
    while (width * 2 < to - from) width *= 2
    const before = await between(from, from + width)
    const after = await between(from + width, to)
    return before && after && sha(Uint8Array.of(1), before, after)
  }
  const root = index < size ? await between(0, size) : undefined
  return left.length === 0 ? root : undefined
}

/** Whether a signed note is signed by this key; `undefined` when this browser knows no Ed25519. */
async function isSigned(note: string, key: string): Promise<boolean | undefined> {
  const [, name, id, encoded] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(key) ?? []
  if (name === undefined || id === undefined || encoded === undefined) return false
  const known = raw(encoded)
  const named = (await sha(utf8(`${name}\n`), known)).slice(0, 4)
  const end = note.indexOf('\n\n')
  const line = note.slice(end + 2).split('\n').find((each) => each.startsWith(`— ${name} `))
  if (end < 0 || line === undefined || known[0] !== 1 || !same(named, uuid(id))) return false
  const signature = raw(line.slice(name.length + 3))
  if (!same(signature.slice(0, 4), named)) return false
  const publicKey = await crypto.subtle.importKey('raw', known.slice(1), 'Ed25519', false, ['verify']).catch(() => undefined)
  if (publicKey === undefined) return undefined
  return crypto.subtle.verify('Ed25519', publicKey, signature.slice(4), utf8(note.slice(0, end + 1)))
}

/** The keys that the first one vouches for, directly or through others. */
async function chain({ origin, keys }: EntryProof): Promise<string[]> {
  const trusted: string[] = []
  for (const { key, endorsement } of keys) {
    if (trusted.length === 0) {
      trusted.push(key)
      continue
    }
    if (endorsement === null || !endorsement.startsWith(`leadkeep audit log key\n${origin}\n${key}\n\n`)) continue
    for (const before of trusted.slice()) {
      if ((await isSigned(endorsement, before)) === true) {
        trusted.push(key)
        break
      }
    }
  }
  return trusted
}

/** Checks all that there is to check. */
export async function verify(of: EntryProof): Promise<Verdict> {
  const { entry } = of
  const [origin, leaves = '', root = ''] = of.checkpoint.split('\n')
  const size = Number(leaves)
  const opened = entry.salt !== null && entry.payload !== null
  const leaf = await leafOf(of)
  const found = await rootOf(leaf, entry.index, size, of.proof.map(raw))
  let signed: boolean | undefined = false
  let by: string | undefined
  for (const key of await chain(of)) {
    const one = await isSigned(of.checkpoint, key)
    if (one === true) by = key
    if (one !== false) signed = one
  }
  return {
    holds: {
      payload: opened
        ? same(await sha(utf8('leadkeep-audit-payload/v1\n'), raw(entry.salt ?? ''), utf8(entry.payload ?? '')), raw(entry.commitment))
        : undefined,
      facts: same(leaf, raw(entry.leaf)),
      tree: found !== undefined && base64(found) === root,
      checkpoint: origin === of.origin ? signed : false,
    },
    size,
    root,
    key: by,
  }
}
