// Who of the installation's staff has or had access to the workspace: why, until when, and the way out.
import { unwrap } from '@leadkeep/client/api'
import type { StaffAccess } from '@leadkeep/client/shapes'
import { Button } from '@leadkeep/ui/Button'
import { Card } from '@leadkeep/ui/Card'
import { Chip, Loading, Skeleton } from '@leadkeep/ui/Marks'
import { Empty, Failure, Notice } from '@leadkeep/ui/Notice'
import { toast } from '@leadkeep/ui/Toast'
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ShieldCheck } from 'lucide-react'
import type { ReactNode } from 'react'
import { explain, toastFailure } from '../../lib/explain.ts'
import { fullTime, untilTime } from '../../lib/time.ts'
import { useNow } from '../../lib/useNow.ts'
import { api, useMay } from '../../session/session.ts'

const accessQuery = queryOptions({
  queryKey: ['staff-access'],
  // Nothing announces it: asked again now and then, and whenever somebody comes back to the page.
  refetchInterval: 30_000,
  refetchOnWindowFocus: true,
  staleTime: 0,
  queryFn: async ({ signal }) => (await unwrap(api.GET('/api/v1/staff-access', { signal }))).data,
})

export function StaffAccessPage() {
  const may = useMay('staff_access.manage')
  const access = useQuery({ ...accessQuery, enabled: may })
  const now = useNow()
  const all = access.data ?? []
  const isLive = (one: StaffAccess) => one.live && Date.parse(one.ends_at) > now
  const live = all.filter((one) => isLive(one))
  const past = all.filter((one) => !isLive(one))
  return (
    <>
      <h1 className="text-20 font-semibold">Staff access</h1>
      {!may && <Notice tone="info">Only a super admin sees and ends access of staff.</Notice>}
      {access.isError && <Failure {...explain(access.error)} onRetry={() => void access.refetch()} />}
      {may && access.isPending && (
        <Loading what="access of staff">
          <Skeleton className="h-40 w-full" />
        </Loading>
      )}
      {access.data !== undefined && (
        <>
          <Card
            title="Who has access now"
            about="Whoever runs this installation may ask for access to help you. They see what you see and change nothing; it ends by itself, and each look is an entry of the audit log."
          >
            {live.length === 0 ? (
              <Empty icon={<ShieldCheck size={20} />} title="Nobody of the staff has access" />
            ) : (
              <ul aria-label="Access now" className="-my-3 divide-y divide-line">
                {live.map((one) => (
                  <Live key={one.id} access={one} now={now} />
                ))}
              </ul>
            )}
          </Card>
          {past.length > 0 && (
            <Card title="Past access">
              <ul aria-label="Past access" className="-my-3 divide-y divide-line">
                {past.map((one) => (
                  <li key={one.id} className="flex flex-col gap-1 py-3">
                    <Who access={one} />
                    <Reason text={one.reason} />
                    <p className="text-12 text-muted">
                      {fullTime(one.began_at)} – {fullTime(one.ended_at ?? one.ends_at)} · {HOW[one.ended_by ?? 'time']}
                    </p>
                  </li>
                ))}
              </ul>
            </Card>
          )}
        </>
      )}
    </>
  )
}

const HOW = {
  staff: 'ended by staff',
  workspace: 'ended by this workspace',
  disabled: 'ended because they were stopped',
  time: 'ended by itself',
} as const

function Live({ access, now }: { access: StaffAccess; now: number }) {
  const cache = useQueryClient()
  const end = useMutation({
    mutationFn: () =>
      unwrap(api.POST('/api/v1/staff-access/{id}/end', { params: { path: { id: access.id } }, body: {} })),
    onSuccess: () => toast({ text: `${access.name} is out` }),
    onError: toastFailure('The access could not be ended'),
    onSettled: () => cache.invalidateQueries({ queryKey: accessQuery.queryKey }),
  })
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-2 py-3">
      <div className="flex min-w-0 flex-1 basis-64 flex-col gap-1">
        <Who access={access} chip={<Chip tone="warn">{untilTime(access.ends_at, now)}</Chip>} />
        <Reason text={access.reason} />
        <p className="text-12 text-muted">since {fullTime(access.began_at)}</p>
      </div>
      <Button weight="danger" size="small" busy={end.isPending} onClick={() => end.mutate()}>
        End now<span className="sr-only">: access of {access.name}</span>
      </Button>
    </li>
  )
}

function Who({ access, chip }: { access: StaffAccess; chip?: ReactNode }) {
  return (
    <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-13 font-medium">
      {access.name}
      <span className="font-normal text-muted">{access.email}</span>
      {chip}
    </p>
  )
}

function Reason({ text }: { text: string }) {
  return <p className="text-13 break-words whitespace-pre-wrap">{text}</p>
}
