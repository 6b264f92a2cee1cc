// Which API keys somebody knows: to be rotated when they leave.
import { useQuery } from '@tanstack/react-query'
import { useMay } from '../../session/session.ts'
import { apiKeysQuery } from './apiKeys.ts'

export function KnownKeys({ operator }: { operator: string }) {
  const may = useMay('key.manage')
  const keys = useQuery({ ...apiKeysQuery, enabled: may })
  const known = keys.data?.filter((each) => each.state === 'active' && each.seen_by.includes(operator)) ?? []
  if (known.length === 0) return null
  return (
    <span className="mt-2 block text-warn">
      They were shown {known.length === 1 ? 'an API key that works' : 'API keys that work'}:{' '}
      {known.map((each) => each.name).join(', ')}. Rotate {known.length === 1 ? 'it' : 'them'} under “API keys”.
    </span>
  )
}
