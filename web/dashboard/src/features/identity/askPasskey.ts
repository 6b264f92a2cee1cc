// Asking one of one's own passkeys, within a session.
import { unwrap } from '@leadkeep/client/api'
import type { Assertion } from '@leadkeep/client/shapes'
import { api } from '../../session/session.ts'
import { assertion } from './passkey.ts'

export async function askPasskey(): Promise<Assertion> {
  return assertion(await unwrap(api.POST('/api/v1/factors/passkeys/challenge', { body: {} })))
}
