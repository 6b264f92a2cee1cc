// Which workspaces there are, and asking for access to one.
import { unwrap } from '@leadkeep/client/api'
import type { StaffGrant, WorkspaceLine } from '@leadkeep/client/staff'
import { Button } from '@leadkeep/ui/Button'
import { Dialog } from '@leadkeep/ui/Dialog'
import { Field, inputClass } from '@leadkeep/ui/Field'
import { Chip, Loading, Skeleton } from '@leadkeep/ui/Marks'
import { Empty, Failure } from '@leadkeep/ui/Notice'
import { Select } from '@leadkeep/ui/Select'
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Go } from '../parts/Go.tsx'
import { useProof } from '../parts/Proof.tsx'
import { cell, More, Table } from '../parts/Table.tsx'
import { go } from '../place.ts'
import { grantsQuery, instanceQuery, useNow, workspacesQuery } from '../queries.ts'
import { api } from '../session.ts'
import { Declined, explain, left, plural, shortDate } from '../words.ts'

export function WorkspacesPage() {
  const workspaces = useInfiniteQuery(workspacesQuery)
  const grants = useInfiniteQuery(grantsQuery)
  const [asking, setAsking] = useState<WorkspaceLine>()
  const now = useNow()
  const own = grants.data?.pages.flatMap((page) => page.data) ?? []
  const openTo = (workspace: string) =>
    own.find((one) => one.yours && one.live && one.workspace_id === workspace && Date.parse(one.ends_at) > now)
  const all = workspaces.data?.pages.flatMap((page) => page.data) ?? []
  return (
    <>
      <h1 className="text-20 font-semibold">Workspaces</h1>
      {workspaces.isError && <Failure {...explain(workspaces.error)} onRetry={() => void workspaces.refetch()} />}
      {workspaces.isPending && (
        <Loading what="workspaces">
          <Skeleton className="h-40 w-full" />
        </Loading>
      )}
      {workspaces.data !== undefined && all.length === 0 && (
        <Empty title="There is no workspace yet">Somebody has to set the installation up on its dashboard.</Empty>
      )}
      {all.length > 0 && (
        <Table label="Workspaces" head={['Name', 'Operators', 'Since', '']}>
          {all.map((one) => (
            <tr key={one.id}>
              <td className={`${cell} min-w-40`}>
                <p className="font-medium break-words">{one.name}</p>
                <p className="font-mono text-11 text-muted max-pane:hidden">{one.id}</p>
              </td>
              <td data-head="Operators" className={`${cell} tabular-nums`}>{one.operators}</td>
              <td data-head="Since" className={`${cell} whitespace-nowrap text-muted`}>{shortDate(one.created_at)}</td>
              <td className={`${cell} text-end whitespace-nowrap`}>
                <Way workspace={one} open={openTo(one.id)} now={now} onAsk={() => setAsking(one)} />
              </td>
            </tr>
          ))}
        </Table>
      )}
      <More
        has={workspaces.hasNextPage}
        busy={workspaces.isFetchingNextPage}
        onMore={() => void workspaces.fetchNextPage()}
      />
      <Facts />
      {asking !== undefined && <AskDialog workspace={asking} onClose={() => setAsking(undefined)} />}
    </>
  )
}

type WayProps = { workspace: WorkspaceLine; open: StaffGrant | undefined; now: number; onAsk: () => void }

function Way({ workspace, open, now, onAsk }: WayProps) {
  if (open === undefined) {
    return (
      <Button size="small" onClick={onAsk}>
        Ask for access<span className="sr-only"> to {workspace.name}</span>
      </Button>
    )
  }
  return (
    <span className="inline-flex items-center gap-2">
      <Chip tone="warn">{left(open.ends_at, now)} left</Chip>
      <Go to={`/access/${open.id}`} className="text-13 font-medium text-accent-text hover:underline">
        Open<span className="sr-only"> {workspace.name}</span>
      </Go>
    </span>
  )
}

const TIMES = [
  { value: '15', label: '15 minutes' },
  { value: '30', label: '30 minutes' },
  { value: '60', label: '1 hour' },
  { value: '120', label: '2 hours' },
  { value: '240', label: '4 hours' },
] as const

type Minutes = (typeof TIMES)[number]['value']

function AskDialog({ workspace, onClose }: { workspace: WorkspaceLine; onClose: () => void }) {
  const cache = useQueryClient()
  const proof = useProof()
  const [reason, setReason] = useState('')
  const [minutes, setMinutes] = useState<Minutes>('30')
  const ask = useMutation({
    mutationFn: () =>
      proof.proved(() =>
        unwrap(
          api.POST('/api/staff/v1/grants', {
            body: { workspace_id: workspace.id, reason, minutes: Number(minutes) },
          }),
        ),
      ),
    onSuccess: async (grant) => {
      await cache.invalidateQueries({ queryKey: grantsQuery.queryKey })
      go(`/access/${grant.id}`)
    },
  })
  const length = [...reason.trim()].length
  const ready = length >= 10 && length <= 500
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      title={`Access to ${workspace.name}`}
      description="Its super admins get a mail with your name and your reason at once, and can end it at any moment. Whatever you look at is an entry of their audit log."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form="ask" weight="primary" busy={ask.isPending} disabled={!ready}>
            Get access
          </Button>
        </>
      }
    >
      <form
        id="ask"
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (ready && !ask.isPending) ask.mutate()
        }}
      >
        {ask.isError && !(ask.error instanceof Declined) && <Failure {...explain(ask.error)} />}
        <Field label="Reason" hint="10 to 500 characters. The workspace's super admins read it.">
          {(wiring) => (
            <textarea
              rows={4}
              maxLength={600}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
              className={`${inputClass} h-auto resize-y py-2`}
              {...wiring}
            />
          )}
        </Field>
        <div className="flex flex-col gap-1.5">
          <p className="text-13 font-medium">For how long</p>
          <Select label="For how long" value={minutes} choices={TIMES} onChange={setMinutes} />
        </div>
      </form>
      {proof.dialog}
    </Dialog>
  )
}

function Facts() {
  const facts = useQuery(instanceQuery)
  if (facts.data === undefined) return null
  const hours = Math.floor(facts.data.uptime_seconds / 3600)
  return (
    <p className="text-12 text-muted">
      Leadkeep {facts.data.version}, running for {hours < 1 ? 'less than an hour' : plural(hours, 'hour')}; the database{' '}
      {facts.data.database ? 'answers' : 'does not answer'}. Listening:{' '}
      {facts.data.listeners.map((one) => `${one.name} ${one.address}`).join(', ')}.
    </p>
  )
}
