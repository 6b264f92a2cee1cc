// Whether an entry on the page is the one that a proof is of: a proof of another would prove nothing.
import type { AuditEntry, EntryProof } from '@leadkeep/client/shapes'

const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz'

/** The UUID in an id such as `ent_01k7st2000e008000000000001`. */
function uuidOf(id: string | null): string | null {
  if (id === null) return null
  let bits = 0n
  for (const letter of id.slice(-26)) bits = bits * 32n + BigInt(LETTERS.indexOf(letter))
  return bits.toString(16).padStart(32, '0').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** Equal values give equal texts, whatever the order of their members. */
function text(value: unknown): string {
  return JSON.stringify(value ?? null, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([one], [two]) => (one < two ? -1 : 1)))
      : inner,
  )
}

type Payload = { change?: { old?: unknown; new?: unknown }; user_agent?: string; address?: { masked?: string } }

function opened(payload: string | null): Payload {
  try {
    const read: unknown = JSON.parse(payload ?? '{}')
    return typeof read === 'object' && read !== null ? read : {}
  } catch {
    return {}
  }
}

export function isShown({ entry }: EntryProof, shown: AuditEntry): boolean {
  const { change, user_agent, address } = opened(entry.payload)
  const pairs: [unknown, unknown][] = [
    [entry.entry, uuidOf(shown.id)],
    [Math.floor(entry.at / 1000), Date.parse(shown.at)],
    [entry.action, shown.action],
    [entry.actor_kind, shown.actor.kind],
    [entry.actor, uuidOf(shown.actor.id)],
    [entry.session, uuidOf(shown.session_id)],
    [entry.target_kind, shown.target.kind],
    [entry.target, uuidOf(shown.target.id)],
    [entry.request, shown.request_id],
    [change?.old, shown.old],
    [change?.new, shown.new],
    [user_agent, shown.user_agent],
    [address?.masked, shown.masked_ip],
  ]
  return pairs.every(([one, two]) => text(one) === text(two))
}
