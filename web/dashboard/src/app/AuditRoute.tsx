// The audit log and its streams at their addresses: their feature may not know how somebody proves who they are.
import { useNavigate, useSearch } from '@tanstack/react-router'
import { AuditPage } from '../features/audit/AuditPage.tsx'
import { StreamsPage } from '../features/audit/StreamsPage.tsx'
import { useStepUp } from '../features/identity/useStepUp.tsx'

export function AuditRoute() {
  const search = useSearch({ from: '/inside/settings/audit' })
  const navigate = useNavigate()
  const { proved, dialog } = useStepUp()
  return (
    <AuditPage
      search={search}
      onSearch={(next) => void navigate({ to: '/settings/audit', search: next, replace: next.q === search.q })}
      proved={proved}
      dialog={dialog}
    />
  )
}

export function StreamsRoute() {
  const { proved, dialog } = useStepUp()
  return <StreamsPage proved={proved} dialog={dialog} />
}
