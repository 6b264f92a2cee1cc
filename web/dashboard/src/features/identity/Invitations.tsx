// Invitations that have not been accepted yet.
import { unwrap } from '@leadkeep/client/api'
import type { Invitation } from '@leadkeep/client/shapes'
import { Button } from '@leadkeep/ui/Button'
import { Card } from '@leadkeep/ui/Card'
import { Chip, Loading, Skeleton } from '@leadkeep/ui/Marks'
import { Failure } from '@leadkeep/ui/Notice'
import { toast } from '@leadkeep/ui/Toast'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { explain, toastFailure } from '../../lib/explain.ts'
import { longAgo, untilTime } from '../../lib/time.ts'
import { useNow } from '../../lib/useNow.ts'
import { operatorName, useOperators } from '../../session/operators.ts'
import { api } from '../../session/session.ts'
import { invitationsQuery } from './queries.ts'
import { ROLE_NAME } from './roles.ts'

export function Invitations({ onInvite }: { onInvite: () => void }) {
  const invitations = useQuery(invitationsQuery)
  const open = invitations.data?.filter((each) => each.state === 'pending' || each.state === 'expired') ?? []
  return (
    <Card title="Invitations" about="Sent, and not accepted yet.">
      {invitations.isError && <Failure {...explain(invitations.error)} onRetry={() => void invitations.refetch()} />}
      {invitations.isPending && (
        <Loading what="invitations">
          <Skeleton className="h-9 w-full" />
        </Loading>
      )}
      {invitations.isSuccess && open.length === 0 && (
        <div className="flex flex-wrap items-center justify-between gap-3 text-13 text-muted">
          Nobody is waiting for an answer.
          <Button size="small" onClick={onInvite}>
            Invite somebody
          </Button>
        </div>
      )}
      <ul className="-my-2 divide-y divide-line">
        {open.map((each) => (
          <InvitationLine key={each.id} invitation={each} />
        ))}
      </ul>
    </Card>
  )
}

function InvitationLine({ invitation }: { invitation: Invitation }) {
  const cache = useQueryClient()
  const operators = useOperators()
  const now = useNow()
  const revoke = useMutation({
    mutationFn: () => unwrap(api.DELETE('/api/v1/invitations/{id}', { params: { path: { id: invitation.id } } })),
    onSuccess: () => {
      toast({ text: 'Invitation withdrawn' })
      return cache.invalidateQueries({ queryKey: invitationsQuery.queryKey })
    },
    onError: toastFailure('The invitation could not be withdrawn'),
  })
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2.5">
      <div className="min-w-0 flex-1 basis-44">
        <p className="flex items-center gap-2 text-13 font-medium">
          <span className="truncate">{invitation.email}</span>
          <Chip>{ROLE_NAME[invitation.role]}</Chip>
        </p>
        <p className="text-12 text-muted">
          Invited {longAgo(invitation.created_at, now)}
          {' by '}
          {operatorName(operators, invitation.invited_by)}
          {' · '}
          {invitation.state === 'expired' ? 'expired' : `valid ${untilTime(invitation.expires_at, now)}`}
        </p>
      </div>
      <Button size="small" busy={revoke.isPending} onClick={() => revoke.mutate()}>
        Withdraw<span className="sr-only"> the invitation of {invitation.email}</span>
      </Button>
    </li>
  )
}
