// Streams of the audit log: where it is sent to, how far each is, what went wrong.
import type { AuditStream } from '@leadkeep/client/shapes'
import { Button } from '@leadkeep/ui/Button'
import { Card } from '@leadkeep/ui/Card'
import { Loading, Skeleton } from '@leadkeep/ui/Marks'
import { Empty, Failure, Notice } from '@leadkeep/ui/Notice'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { RadioTower } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { explain } from '../../lib/explain.ts'
import { paths } from '../../lib/paths.ts'
import { useMay } from '../../session/session.ts'
import type { Proved } from './EntryDetail.tsx'
import { SecretOnce } from './SecretOnce.tsx'
import { StreamDialog, type Kept } from './StreamDialog.tsx'
import { StreamLine } from './StreamLine.tsx'
import { streamsQuery } from './streams.ts'

type Props = {
  /** Does work that needs a fresh proof; the dialog that asks for it. */
  proved: Proved
  dialog: ReactNode
}

export function StreamsPage(props: Props) {
  const may = useMay('audit.stream')
  if (may) return <Streams {...props} />
  return (
    <>
      <h1 className="text-20 font-semibold">Streams of the audit log</h1>
      <Notice tone="info">Super admins decide where the audit log is sent to.</Notice>
    </>
  )
}

/** Which dialog is open: a new stream, or the one that is edited. */
type Open = 'new' | AuditStream | undefined

function Streams({ proved, dialog }: Props) {
  const cache = useQueryClient()
  const streams = useQuery(streamsQuery)
  const [open, setOpen] = useState<Open>()
  const [secret, setSecret] = useState<Kept>()
  const all = streams.data ?? []
  const keep = (kept: Kept) => {
    setOpen(undefined)
    if (kept.secret !== null) setSecret(kept)
    void cache.invalidateQueries({ queryKey: streamsQuery.queryKey })
  }
  return (
    <>
      <div className="flex items-center justify-between gap-4">
        <h1 className="text-20 font-semibold">Streams of the audit log</h1>
        <Button weight="primary" onClick={() => setOpen('new')}>
          New stream
        </Button>
      </div>
      <Card
        title="Where the log is sent to"
        about={
          <>
            A stream brings every entry of the{' '}
            <Link {...paths.audit()} className="font-medium text-accent-text underline-offset-2 hover:underline">
              audit log
            </Link>{' '}
            to a system of yours, in order, within seconds. When its receiver is down, it waits and goes on where it
            stopped.
          </>
        }
      >
        {streams.isError && <Failure {...explain(streams.error)} onRetry={() => void streams.refetch()} />}
        {streams.isPending && (
          <Loading what="streams">
            <Skeleton className="h-14 w-full" />
            <Skeleton className="mt-3 h-14 w-full" />
          </Loading>
        )}
        {streams.isSuccess && all.length === 0 && (
          <Empty
            icon={<RadioTower size={20} />}
            title="No streams yet"
            action={<Button onClick={() => setOpen('new')}>Make the first stream</Button>}
          >
            A SIEM takes them by webhook or by syslog over TLS, as events of OCSF.
          </Empty>
        )}
        <ul className="-my-2 divide-y divide-line">
          {all.map((each) => (
            <StreamLine key={each.id} stream={each} proved={proved} onEdit={() => setOpen(each)} onSecret={keep} />
          ))}
        </ul>
      </Card>
      {open !== undefined && (
        <StreamDialog
          stream={open === 'new' ? undefined : open}
          proved={proved}
          dialog={dialog}
          onKept={keep}
          onClose={() => setOpen(undefined)}
        />
      )}
      {secret !== undefined && <SecretOnce kept={secret} onClose={() => setSecret(undefined)} />}
      {open === undefined && dialog}
    </>
  )
}
