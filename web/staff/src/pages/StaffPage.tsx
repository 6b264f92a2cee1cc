// Who is staff; for a super admin, who becomes and stays it.
import { unwrap } from '@leadkeep/client/api'
import type { StaffMember, StaffMemberWithLink, StaffRole } from '@leadkeep/client/staff'
import { Button } from '@leadkeep/ui/Button'
import { Confirm, Dialog } from '@leadkeep/ui/Dialog'
import { TextField } from '@leadkeep/ui/Field'
import { Chip, Loading, Skeleton } from '@leadkeep/ui/Marks'
import { Failure } from '@leadkeep/ui/Notice'
import { Select } from '@leadkeep/ui/Select'
import { toast } from '@leadkeep/ui/Toast'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { LinkDialog } from '../parts/LinkDialog.tsx'
import { useProof } from '../parts/Proof.tsx'
import { cell, Table } from '../parts/Table.tsx'
import { meQuery, staffQuery, useMay } from '../queries.ts'
import { api } from '../session.ts'
import { Declined, explain, ROLE, shortDate, toastFailure } from '../words.ts'

const ROLES = [
  { value: 'support', label: ROLE.support, hint: 'Sees the list, asks for access' },
  { value: 'admin', label: ROLE.admin, hint: 'Also ends anybody’s access, stops support' },
  { value: 'super_admin', label: ROLE.super_admin, hint: 'Also decides who is staff' },
] as const

export function StaffPage() {
  const staff = useQuery(staffQuery)
  const manages = useMay('staff.manage')
  const [adding, setAdding] = useState(false)
  const [made, setMade] = useState<StaffMemberWithLink>()
  return (
    <>
      <header className="flex flex-wrap items-center justify-between gap-3">
        <h1 className="text-20 font-semibold">Staff</h1>
        {manages && (
          <Button weight="primary" onClick={() => setAdding(true)}>
            Add somebody
          </Button>
        )}
      </header>
      {staff.isError && <Failure {...explain(staff.error)} onRetry={() => void staff.refetch()} />}
      {staff.isPending && (
        <Loading what="staff">
          <Skeleton className="h-40 w-full" />
        </Loading>
      )}
      {staff.data !== undefined && (
        <Table label="Staff" head={['Name', 'Role', 'State', 'Since', '']}>
          {staff.data.map((one) => (
            <Line key={one.id} member={one} onLink={setMade} />
          ))}
        </Table>
      )}
      {adding && (
        <AddDialog
          onAdded={(added) => {
            setAdding(false)
            setMade(added)
          }}
          onClose={() => setAdding(false)}
        />
      )}
      {made !== undefined && <LinkDialog made={made} onClose={() => setMade(undefined)} />}
    </>
  )
}

const STATE = {
  invited: <Chip tone="info">Invited</Chip>,
  active: <Chip tone="ok">Active</Chip>,
  disabled: <Chip tone="bad">Stopped</Chip>,
} as const

function Line({ member, onLink }: { member: StaffMember; onLink: (made: StaffMemberWithLink) => void }) {
  const cache = useQueryClient()
  const me = useQuery(meQuery).data?.staff
  const [manages, stops] = [useMay('staff.manage'), useMay('staff.disable')]
  const proof = useProof()
  const [asking, setAsking] = useState(false)
  const path = { params: { path: { id: member.id } } }
  const onSettled = () => cache.invalidateQueries()
  const change = useMutation({
    mutationFn: (role: StaffRole) =>
      proof.proved(() => unwrap(api.PATCH('/api/staff/v1/staff/{id}', { ...path, body: { role } }))),
    onError: toastFailure('The role could not be changed'),
    onSettled,
  })
  const disable = useMutation({
    mutationFn: () => proof.proved(() => unwrap(api.POST('/api/staff/v1/staff/{id}/disable', { ...path, body: {} }))),
    onSuccess: () => toast({ text: `${member.name} is out` }),
    onError: toastFailure('They could not be stopped'),
    onSettled: () => {
      setAsking(false)
      return onSettled()
    },
  })
  const link = useMutation({
    mutationFn: () =>
      proof.proved(() =>
        member.state === 'disabled'
          ? unwrap(api.POST('/api/staff/v1/staff/{id}/enable', { ...path, body: {} }))
          : unwrap(api.POST('/api/staff/v1/staff/{id}/link', { ...path, body: {} })),
      ),
    onSuccess: onLink,
    onError: toastFailure('There is no new link'),
    onSettled,
  })
  const below = manages || (stops && member.role === 'support')
  return (
    <tr>
      <td className={`${cell} min-w-40`}>
        <p className="font-medium break-words">
          {member.name} {member.id === me?.id && <Chip>You</Chip>}
        </p>
        <p className="break-all text-12 text-muted">{member.email}</p>
      </td>
      <td className={`${cell} min-w-36`}>
        {manages && member.state !== 'disabled' ? (
          <Select
            small
            label={`Role of ${member.name}`}
            value={member.role}
            choices={ROLES}
            disabled={change.isPending}
            onChange={(role) => change.mutate(role)}
          />
        ) : (
          ROLE[member.role]
        )}
      </td>
      <td data-head="State" className={cell}>{STATE[member.state]}</td>
      <td data-head="Since" className={`${cell} whitespace-nowrap text-muted`}>{shortDate(member.created_at)}</td>
      <td className={`${cell} text-end whitespace-nowrap`}>
        <span className="inline-flex gap-2">
          {manages && (
            <Button size="small" busy={link.isPending} onClick={() => link.mutate()}>
              {member.state === 'disabled' ? 'Let in again' : 'New link'}
              <span className="sr-only"> for {member.name}</span>
            </Button>
          )}
          {below && member.state !== 'disabled' && member.id !== me?.id && (
            <Button size="small" onClick={() => setAsking(true)}>
              Stop<span className="sr-only"> {member.name}</span>
            </Button>
          )}
        </span>
        <Confirm
          open={asking}
          onOpenChange={setAsking}
          title={`Stop ${member.name}?`}
          description="Their sessions and their access to workspaces end at once. A super admin can let them in again, with a new link."
          action="Stop them"
          danger
          busy={disable.isPending}
          onConfirm={() => disable.mutate()}
        />
        {proof.dialog}
      </td>
    </tr>
  )
}

function AddDialog({ onAdded, onClose }: { onAdded: (made: StaffMemberWithLink) => void; onClose: () => void }) {
  const cache = useQueryClient()
  const proof = useProof()
  const [values, setValues] = useState<{ email: string; name: string; role: StaffRole }>({
    email: '',
    name: '',
    role: 'support',
  })
  const add = useMutation({
    mutationFn: () => proof.proved(() => unwrap(api.POST('/api/staff/v1/staff', { body: values }))),
    onSuccess: onAdded,
    onSettled: () => cache.invalidateQueries({ queryKey: staffQuery.queryKey }),
  })
  const ready = values.email.includes('@') && values.name.trim() !== ''
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      title="Add somebody to the staff"
      description="They get a link from you, and can do nothing until they have set a password and a second factor."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form="add" weight="primary" busy={add.isPending} disabled={!ready}>
            Add them
          </Button>
        </>
      }
    >
      <form
        id="add"
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (ready && !add.isPending) add.mutate()
        }}
      >
        {add.isError && !(add.error instanceof Declined) && <Failure {...explain(add.error)} />}
        <TextField
          label="E-mail"
          type="email"
          value={values.email}
          onChange={(event) => setValues({ ...values, email: event.target.value })}
        />
        <TextField
          label="Name"
          hint="Workspaces are told this name when they get help."
          maxLength={80}
          value={values.name}
          onChange={(event) => setValues({ ...values, name: event.target.value })}
        />
        <div className="flex flex-col gap-1.5">
          <p className="text-13 font-medium">Role</p>
          <Select label="Role" value={values.role} choices={ROLES} onChange={(role) => setValues({ ...values, role })} />
        </div>
      </form>
      {proof.dialog}
    </Dialog>
  )
}
