// Who works in this workspace, with which role, and who is invited.
import type { Operator } from '@leadkeep/client/shapes'
import { Button } from '@leadkeep/ui/Button'
import { Card } from '@leadkeep/ui/Card'
import { inputClass } from '@leadkeep/ui/Field'
import { Loading, Skeleton } from '@leadkeep/ui/Marks'
import { Failure } from '@leadkeep/ui/Notice'
import { useQuery } from '@tanstack/react-query'
import { UserPlus } from 'lucide-react'
import { useState } from 'react'
import { explain } from '../../lib/explain.ts'
import { plural } from '../../lib/time.ts'
import { operatorsQuery } from '../../session/operators.ts'
import { useMay } from '../../session/session.ts'
import { FactorHelpsCard } from './FactorHelpsCard.tsx'
import { Invitations } from './Invitations.tsx'
import { InviteDialog } from './InviteDialog.tsx'
import { OperatorLine } from './OperatorLine.tsx'
import { PlaceCard } from './PlaceCard.tsx'

/** More than fit on a screen: a field to find one of them helps. */
const MANY = 10

export function MembersPage() {
  // Asked again when the page opens: when somebody was last here is not announced.
  const operators = useQuery({ ...operatorsQuery, refetchOnMount: 'always' })
  const mayInvite = useMay('member.invite')
  const maySecure = useMay('workspace.security')
  const [inviting, setInviting] = useState(false)
  const [dormantOnly, setDormantOnly] = useState(false)
  const here = operators.data?.filter((each) => each.removed_at === null) ?? []
  const dormant = here.filter((each) => each.dormant)
  const [sought, setSought] = useState('')
  const found = (each: Operator) => `${each.name} ${each.email}`.toLowerCase().includes(sought.trim().toLowerCase())
  const shown = (dormantOnly && dormant.length > 0 ? dormant : here).filter(found)
  return (
    <>
      <div className="flex items-center justify-between gap-4">
        <h1 className="text-20 font-semibold">Members</h1>
        {mayInvite && (
          <Button weight="primary" onClick={() => setInviting(true)}>
            <UserPlus size={14} aria-hidden />
            Invite
          </Button>
        )}
      </div>
      <Card
        title="Operators"
        about={
          operators.data === undefined
            ? 'Who can sign in to this workspace.'
            : `${plural(here.length, 'person', 'people')} can sign in to this workspace.`
        }
        aside={
          dormant.length > 0 && (
            <Button size="small" aria-pressed={dormantOnly} onClick={() => setDormantOnly(!dormantOnly)}>
              {dormantOnly ? 'Show everybody' : `Not used lately: ${String(dormant.length)}`}
            </Button>
          )
        }
      >
        {operators.isError && <Failure {...explain(operators.error)} onRetry={() => void operators.refetch()} />}
        {operators.isPending && (
          <Loading what="operators">
            <Skeleton className="h-11 w-full" />
            <Skeleton className="mt-3 h-11 w-full" />
          </Loading>
        )}
        {here.length > MANY && (
          <input
            type="search"
            aria-label="Find a member"
            placeholder="Find by name or address"
            value={sought}
            onChange={(event) => setSought(event.target.value)}
            className={`${inputClass} mb-4 max-w-sm`}
          />
        )}
        {here.length > 0 && shown.length === 0 && (
          <p className="text-13 text-muted">Nobody here is called like that.</p>
        )}
        <ul className="-my-2 divide-y divide-line">
          {shown.map((each) => (
            <OperatorLine key={each.id} operator={each} />
          ))}
        </ul>
      </Card>
      {maySecure && <FactorHelpsCard />}
      {mayInvite && <Invitations onInvite={() => setInviting(true)} />}
      <PlaceCard />
      {inviting && <InviteDialog onClose={() => setInviting(false)} />}
    </>
  )
}
