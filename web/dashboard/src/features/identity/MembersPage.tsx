// Who works in this workspace, with which role, and who is invited.
import { unwrap } from '@leadkeep/client/api'
import type { Operator, Role } from '@leadkeep/client/shapes'
import { isProblem } from '@leadkeep/client/problem'
import { Avatar } from '@leadkeep/ui/Avatar'
import { Button, IconButton } from '@leadkeep/ui/Button'
import { Card } from '@leadkeep/ui/Card'
import { Confirm } from '@leadkeep/ui/Dialog'
import { Chip, Loading, Skeleton } from '@leadkeep/ui/Marks'
import { Failure } from '@leadkeep/ui/Notice'
import { Select } from '@leadkeep/ui/Select'
import { toast } from '@leadkeep/ui/Toast'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { UserMinus, UserPlus } from 'lucide-react'
import { useState } from 'react'
import { explain, toastFailure } from '../../lib/explain.ts'
import { plural, shortDate } from '../../lib/time.ts'
import { usePresence } from '../../live/signals.ts'
import { operatorsQuery } from '../../session/operators.ts'
import { api, useMay, useSession } from '../../session/session.ts'
import { Invitations } from './Invitations.tsx'
import { InviteDialog } from './InviteDialog.tsx'
import { KnownKeys } from './KnownKeys.tsx'
import { mayGive, ROLE_ABOUT, ROLE_NAME, ROLES } from './roles.ts'

export function MembersPage() {
  const operators = useQuery(operatorsQuery)
  const mayInvite = useMay('member.invite')
  const [inviting, setInviting] = useState(false)
  const here = operators.data?.filter((each) => each.removed_at === null) ?? []
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
      >
        {operators.isError && <Failure {...explain(operators.error)} onRetry={() => void operators.refetch()} />}
        {operators.isPending && (
          <Loading what="operators">
            <Skeleton className="h-11 w-full" />
            <Skeleton className="mt-3 h-11 w-full" />
          </Loading>
        )}
        <ul className="-my-2 divide-y divide-line">
          {here.map((each) => (
            <OperatorLine key={each.id} operator={each} />
          ))}
        </ul>
      </Card>
      {mayInvite && <Invitations onInvite={() => setInviting(true)} />}
      {inviting && <InviteDialog onClose={() => setInviting(false)} />}
    </>
  )
}

function OperatorLine({ operator }: { operator: Operator }) {
  const cache = useQueryClient()
  const own = useSession().operator
  const mayManage = useMay('member.manage')
  const presence = usePresence()[operator.id] ?? 'offline'
  const [asking, setAsking] = useState(false)
  const you = operator.id === own.id
  const replace = (changed: Partial<Operator>) => {
    cache.setQueryData(operatorsQuery.queryKey, (before) =>
      before?.map((each) => (each.id === operator.id ? { ...each, ...changed } : each)),
    )
  }
  const params = { path: { id: operator.id } }
  const change = useMutation({
    mutationFn: (role: Role) => unwrap(api.PATCH('/api/v1/operators/{id}', { params, body: { role } })),
    onSuccess: (saved) => {
      replace({ role: saved.role })
      toast({ text: `${operator.name} is now ${ROLE_NAME[saved.role]}` })
    },
    onError: (error) => {
      if (isProblem(error, 'last_super_admin')) {
        toast({
          tone: 'bad',
          text: 'Somebody has to stay super admin',
          detail: 'Give that role to somebody else first.',
        })
      } else toastFailure('The role could not be changed')(error)
    },
  })
  const remove = useMutation({
    mutationFn: () => unwrap(api.DELETE('/api/v1/operators/{id}', { params })),
    onSuccess: () => {
      setAsking(false)
      replace({ removed_at: new Date().toISOString() })
      toast({ text: `${operator.name} was removed` })
    },
    onError: (error) => {
      setAsking(false)
      toastFailure(`${operator.name} could not be removed`)(error)
    },
  })
  const changeable = mayManage && mayGive(own.role, operator.role)
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 py-2.5">
      <Avatar name={operator.name} seed={operator.id} size={36} dot={presence} />
      <div className="min-w-0 flex-1 basis-44">
        <p className="flex items-center gap-2 text-13 font-medium">
          <span className="truncate">{operator.name}</span>
          {you && <Chip>You</Chip>}
          <span className="sr-only">{presence}</span>
        </p>
        <p className="truncate text-12 text-muted">
          {operator.email} · since {shortDate(operator.joined_at)}
        </p>
      </div>
      {changeable ? (
        <div className="w-36 max-pane:ms-12">
          <Select
            small
            label={`Role of ${operator.name}`}
            value={change.isPending ? change.variables : operator.role}
            disabled={change.isPending}
            choices={ROLES.map((role) => ({
              value: role,
              label: ROLE_NAME[role],
              hint: ROLE_ABOUT[role],
              disabled: !mayGive(own.role, role),
            }))}
            onChange={(role) => change.mutate(role)}
          />
        </div>
      ) : (
        <span className="text-13 text-muted">{ROLE_NAME[operator.role]}</span>
      )}
      {changeable && (
        <IconButton label={`Remove ${operator.name}`} disabled={you} onClick={() => setAsking(true)}>
          <UserMinus size={15} aria-hidden />
        </IconButton>
      )}
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={`Remove ${operator.name}?`}
        description={
          <>
            They are signed out within a second and can no longer see this workspace. What they wrote stays under
            their name.
            {asking && <KnownKeys operator={operator.id} />}
          </>
        }
        action="Remove"
        danger
        busy={remove.isPending}
        onConfirm={() => remove.mutate()}
      />
    </li>
  )
}
