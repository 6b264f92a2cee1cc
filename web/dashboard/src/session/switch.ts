// Going to another workspace: a new session for it, and nothing of the old one left.
import { unwrap } from '@leadkeep/client/api'
import { clearToasts } from '@leadkeep/ui/Toast'
import { api, session } from './session.ts'

export async function switchWorkspace(id: string): Promise<void> {
  const next = await unwrap(api.POST('/api/v1/auth/switch', { body: { workspace_id: id } }))
  clearToasts()
  session.begin(next)
}
