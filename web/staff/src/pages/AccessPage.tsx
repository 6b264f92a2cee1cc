// Who has or had access to which workspace: one's own, and everybody's for an admin.
import { unwrap } from '@leadkeep/client/api'
import type { StaffGrant } from '@leadkeep/client/staff'
import { Button } from '@leadkeep/ui/Button'
import { Chip, Loading, Skeleton } from '@leadkeep/ui/Marks'
import { Empty, Failure } from '@leadkeep/ui/Notice'
import { toast } from '@leadkeep/ui/Toast'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { KeyRound } from 'lucide-react'
import { Go } from '../parts/Go.tsx'
import { cell, More, Table } from '../parts/Table.tsx'
import { grantsQuery, useMay, useNow } from '../queries.ts'
import { api } from '../session.ts'
import { explain, fullTime, left, toastFailure } from '../words.ts'

const HOW = {
  staff: 'Ended by staff',
  workspace: 'Ended by the workspace',
  disabled: 'Ended: stopped',
  time: 'Ended by itself',
} as const

export function AccessPage() {
  const grants = useInfiniteQuery({ ...grantsQuery, staleTime: 0 })
  const everybodys = useMay('grant.manage')
  const now = useNow()
  const all = grants.data?.pages.flatMap((page) => page.data) ?? []
  return (
    <>
      <h1 className="text-20 font-semibold">{everybodys ? 'Access of all staff' : 'Your access'}</h1>
      {grants.isError && <Failure {...explain(grants.error)} onRetry={() => void grants.refetch()} />}
      {grants.isPending && (
        <Loading what="access">
          <Skeleton className="h-40 w-full" />
        </Loading>
      )}
      {grants.data !== undefined && all.length === 0 && (
        <Empty icon={<KeyRound size={20} />} title="No access yet">
          Ask for it in the list of workspaces, when somebody needs your help.
        </Empty>
      )}
      {all.length > 0 && (
        <Table label="Access" head={['Workspace', 'Who', 'Reason', 'When', '']}>
          {all.map((one) => (
            <Line key={one.id} grant={one} now={now} />
          ))}
        </Table>
      )}
      <More has={grants.hasNextPage} busy={grants.isFetchingNextPage} onMore={() => void grants.fetchNextPage()} />
    </>
  )
}

function Line({ grant, now }: { grant: StaffGrant; now: number }) {
  const isLive = grant.live && Date.parse(grant.ends_at) > now
  return (
    <tr>
      <td className={`${cell} min-w-32 font-medium break-words`}>{grant.workspace_name}</td>
      <td data-head="Who" className={`${cell} whitespace-nowrap`}>{grant.yours ? 'You' : grant.staff_name}</td>
      <td className={`${cell} max-w-md min-w-48 break-words whitespace-pre-wrap`}>{grant.reason}</td>
      <td className={`${cell} whitespace-nowrap text-muted`}>
        {fullTime(grant.began_at)}
        <br />
        {isLive ? (
          <Chip tone="warn">{left(grant.ends_at, now)} left</Chip>
        ) : (
          HOW[grant.ended_by ?? 'time']
        )}
      </td>
      <td className={`${cell} text-end whitespace-nowrap`}>
        {isLive && (
          <span className="inline-flex items-center gap-3">
            {grant.yours && (
              <Go to={`/access/${grant.id}`} className="font-medium text-accent-text hover:underline">
                Open
              </Go>
            )}
            <EndButton grant={grant} />
          </span>
        )}
      </td>
    </tr>
  )
}

export function EndButton({ grant }: { grant: StaffGrant }) {
  const cache = useQueryClient()
  const end = useMutation({
    mutationFn: () =>
      unwrap(api.POST('/api/staff/v1/grants/{id}/end', { params: { path: { id: grant.id } }, body: {} })),
    onSuccess: () => toast({ text: 'The access has ended' }),
    onError: toastFailure('The access could not be ended'),
    onSettled: () => cache.invalidateQueries({ queryKey: grantsQuery.queryKey }),
  })
  return (
    <Button size="small" busy={end.isPending} onClick={() => end.mutate()}>
      End<span className="sr-only"> access to {grant.workspace_name}</span>
    </Button>
  )
}
