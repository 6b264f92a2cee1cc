// One colleague in the list of members: who they are, and what one may do about it.
import { unwrap } from '@leadkeep/client/api'
import { isProblem } from '@leadkeep/client/problem'
import type { Operator, Role } from '@leadkeep/client/shapes'
import { Avatar } from '@leadkeep/ui/Avatar'
import { IconButton } from '@leadkeep/ui/Button'
import { Chip } from '@leadkeep/ui/Marks'
import { Select } from '@leadkeep/ui/Select'
import { toast } from '@leadkeep/ui/Toast'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Laptop, UserMinus } from 'lucide-react'
import { useState } from 'react'
import { toastFailure } from '../../lib/explain.ts'
import { fullTime, longAgo, shortDate } from '../../lib/time.ts'
import { useNow } from '../../lib/useNow.ts'
import { usePresence } from '../../live/signals.ts'
import { operatorsQuery } from '../../session/operators.ts'
import { api, useMay, useSession } from '../../session/session.ts'
import { OperatorSessionsDialog } from './OperatorSessionsDialog.tsx'
import { RemoveDialog } from './RemoveDialog.tsx'
import { mayGive, ROLE_ABOUT, ROLE_NAME, ROLES } from './roles.ts'
import { Declined, useStepUp } from './useStepUp.tsx'

export function OperatorLine({ operator }: { operator: Operator }) {
  const cache = useQueryClient()
  const own = useSession().operator
  const mayManage = useMay('member.manage')
  const presence = usePresence()[operator.id] ?? 'offline'
  const now = useNow()
  const stepUp = useStepUp()
  const [open, setOpen] = useState<'sessions' | 'remove'>()
  const you = operator.id === own.id
  const params = { path: { id: operator.id } }
  const change = useMutation({
    mutationFn: (role: Role) =>
      stepUp.proved(() => unwrap(api.PATCH('/api/v1/operators/{id}', { params, body: { role } }))),
    onSuccess: (saved) => {
      cache.setQueryData(operatorsQuery.queryKey, (before) =>
        before?.map((each) => (each.id === operator.id ? { ...each, role: saved.role } : each)),
      )
      toast({ text: `${operator.name} is now ${ROLE_NAME[saved.role]}` })
    },
    onError: (error) => {
      if (error instanceof Declined) return
      if (isProblem(error, 'last_super_admin')) {
        toast({
          tone: 'bad',
          text: 'Somebody has to stay super admin',
          detail: 'Give that role to somebody else first.',
        })
      } else toastFailure('The role could not be changed')(error)
    },
  })
  const changeable = mayManage && mayGive(own.role, operator.role)
  const close = () => setOpen(undefined)
  const seen = operator.last_seen_at ?? undefined
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 py-2.5">
      <Avatar name={operator.name} seed={operator.id} size={36} dot={presence} />
      <div className="min-w-0 flex-1 basis-44">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-13 font-medium">
          <span className="truncate">{operator.name}</span>
          {you && <Chip>You</Chip>}
          {operator.dormant && <Chip tone="warn">Not used lately</Chip>}
          <span className="sr-only">{presence}</span>
        </p>
        <p className="truncate text-12 text-muted">{operator.email}</p>
        <p className="text-12 text-muted">
          since {shortDate(operator.joined_at)}
          {mayManage && presence === 'offline' && (
            <>
              {' · '}
              {seen === undefined ? (
                'not seen yet'
              ) : (
                <span title={fullTime(seen)}>last here {longAgo(seen, now)}</span>
              )}
            </>
          )}
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
        <span className="flex">
          <IconButton label={`Sessions of ${operator.name}`} disabled={you} onClick={() => setOpen('sessions')}>
            <Laptop size={15} aria-hidden />
          </IconButton>
          <IconButton label={`Remove ${operator.name}`} disabled={you} onClick={() => setOpen('remove')}>
            <UserMinus size={15} aria-hidden />
          </IconButton>
        </span>
      )}
      {open === 'sessions' && <OperatorSessionsDialog operator={operator} onClose={close} />}
      {open === 'remove' && <RemoveDialog operator={operator} onClose={close} />}
      {stepUp.dialog}
    </li>
  )
}
