// Saving the log as a file: the stream is taken as it comes, and handed to the browser when it is whole.
import { problemFrom } from '@leadkeep/client/problem'
import { session } from '../../session/session.ts'
import type { Asked } from './query.ts'

export type Form = 'jsonl' | 'ocsf'

export async function download(asked: Asked, form: Form): Promise<void> {
  const url = new URL('/api/v1/audit/export', window.location.origin)
  url.searchParams.set('format', form)
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value)
  const response = await session.authorised(new Request(url))
  if (!response.ok) throw problemFrom(await response.json().catch(() => null), response)
  const link = document.createElement('a')
  link.href = URL.createObjectURL(await response.blob())
  link.download = `audit-${new Date().toISOString().slice(0, 10)}.${form}.jsonl`
  link.click()
  URL.revokeObjectURL(link.href)
}
