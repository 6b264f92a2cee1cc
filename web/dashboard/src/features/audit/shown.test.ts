// An entry on the page against the entry that was proved: the same, and each difference.
import type { AuditEntry, EntryProof } from '@leadkeep/client/shapes'
import { expect, test } from 'vitest'
import { isShown } from './shown.ts'

const proof: EntryProof = {
  origin: 'leadkeep.example/audit',
  workspace: '00000000-0000-7000-8000-0000000000aa',
  keys: [],
  checkpoint: '',
  proof: [],
  entry: {
    number: 3,
    index: 6,
    entry: '0199f3a0-8000-7000-8000-000000000001',
    at: 1_763_900_000_123_456,
    action: 'workspace.changed',
    actor_kind: 'operator',
    actor: '0199f3a0-8000-7000-8000-000000000002',
    session: null,
    target_kind: 'workspace',
    target: null,
    request: 'req_1',
    commitment: '',
    salt: '',
    payload: '{"change":{"v":1,"old":{"name":"Fern","colour":null},"new":{"name":"Clay"}},"user_agent":"Firefox","address":{"masked":"127.0.0.***"}}',
    leaf: '',
  },
}

const shown: AuditEntry = {
  id: 'ent_01k7st1000e008000000000001',
  at: '2025-11-23T12:13:20.123Z',
  action: 'workspace.changed',
  actor: { kind: 'operator', id: 'opr_01k7st1000e008000000000002', name: null },
  session_id: null,
  target: { kind: 'workspace', id: null, name: null },
  request_id: 'req_1',
  payload: 'open',
  version: 1,
  // The order of members means nothing.
  old: { colour: null, name: 'Fern' },
  new: { name: 'Clay' },
  user_agent: 'Firefox',
  device: 'Firefox',
  masked_ip: '127.0.0.***',
}

test('an entry is the one that was proved', () => {
  expect(isShown(proof, shown)).toBe(true)
})

test('an entry that is shown otherwise is not', () => {
  const others: Partial<AuditEntry>[] = [
    { id: 'ent_01k7st1000e008000000000002' },
    { at: '2025-11-23T12:13:20.124Z' },
    { action: 'workspace.made' },
    { actor: { kind: 'person', id: shown.actor.id, name: null } },
    { actor: { kind: 'operator', id: null, name: null } },
    { session_id: 'ses_01k7st1000e008000000000001' },
    { target: { kind: 'operator', id: null, name: null } },
    { target: { kind: 'workspace', id: 'wsp_01k7st1000e008000000000001', name: null } },
    { request_id: 'req_2' },
    { old: { name: 'Fern' } },
    { new: null },
    { user_agent: null },
    { masked_ip: '127.0.1.***' },
  ]
  for (const other of others) expect(isShown(proof, { ...shown, ...other }), Object.keys(other).join()).toBe(false)
})

test('of a destroyed payload nothing may be shown', () => {
  const destroyed = { ...proof, entry: { ...proof.entry, payload: null, salt: null } }
  expect(isShown(destroyed, shown)).toBe(false)
  expect(isShown(destroyed, { ...shown, old: null, new: null, user_agent: null, masked_ip: null })).toBe(true)
})
