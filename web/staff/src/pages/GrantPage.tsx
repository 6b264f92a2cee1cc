// A workspace under access: what it is, who belongs to it, its widgets, its conversations. To look, not to change.
import { unwrap } from '@leadkeep/client/api'
import { isProblem } from '@leadkeep/client/problem'
import type { Conversation } from '@leadkeep/client/staff'
import { Button } from '@leadkeep/ui/Button'
import { Card } from '@leadkeep/ui/Card'
import { Chip, Loading, Skeleton } from '@leadkeep/ui/Marks'
import { Empty, Failure, Notice } from '@leadkeep/ui/Notice'
import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { Go } from '../parts/Go.tsx'
import { Thread } from '../parts/Thread.tsx'
import { go, usePlace } from '../place.ts'
import { grantsQuery, useNow } from '../queries.ts'
import { api } from '../session.ts'
import { explain, fullTime, left, plural, shortDate } from '../words.ts'
import { EndButton } from './AccessPage.tsx'

export function GrantPage({ grant }: { grant: string }) {
  const cache = useQueryClient()
  const now = useNow()
  const { searchParams } = usePlace()
  const open = searchParams.get('conversation')
  const list = useRef<HTMLDivElement>(null)
  const grants = useInfiniteQuery(grantsQuery)
  const own = grants.data?.pages.flatMap((page) => page.data).find((one) => one.id === grant)
  const headers = { 'leadkeep-grant': grant }
  const workspace = useQuery({
    queryKey: ['granted', grant, 'workspace'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/staff/v1/granted/workspace', { signal, headers })),
  })
  const isOver = own !== undefined && Date.parse(own.ends_at) <= now
  const isOut = isOver || isProblem(workspace.error, 'not_found')
  // What was read under access is not kept beyond it.
  useEffect(() => {
    if (!isOut) return
    cache.removeQueries({ queryKey: ['granted', grant], type: 'inactive' })
    void cache.invalidateQueries({ queryKey: grantsQuery.queryKey })
  }, [cache, grant, isOut])
  if (isOut) return <Over />
  if (workspace.isError) return <Failure {...explain(workspace.error)} onRetry={() => void workspace.refetch()} />
  if (workspace.data === undefined) {
    return (
      <Loading what="the workspace">
        <Skeleton className="h-64 w-full" />
      </Loading>
    )
  }
  const facts = workspace.data
  const back = () => {
    // Where one was before, so that the keyboard goes on from there.
    list.current?.querySelector<HTMLElement>('[aria-current=true]')?.focus()
    go(`/access/${grant}`)
  }
  return (
    <>
      <header className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <h1 className="min-w-0 text-20 font-semibold break-words">{facts.name}</h1>
        <Chip>Read only</Chip>
        {own !== undefined && (
          <span className="ms-auto flex items-center gap-3">
            <Chip tone="warn">{left(own.ends_at, now)} left</Chip>
            <EndButton grant={own} />
          </span>
        )}
      </header>
      <p className="text-13 text-muted">
        Since {shortDate(facts.created_at)} · {plural(facts.operators, 'operator')},{' '}
        {plural(facts.super_admins, 'super admin')} · second factor{' '}
        {facts.factor_required ? 'required of everybody' : 'required of admins'} · each look is an entry of its audit
        log
      </p>
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 wide:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
        <div ref={list}>
          <Conversations grant={grant} open={open} />
        </div>
        {open === null ? (
          <div className="flex flex-col gap-4">
            <Operators grant={grant} />
            <Widgets grant={grant} />
          </div>
        ) : (
          <div className="max-wide:order-first">
            <Thread key={open} grant={grant} conversation={open} onBack={back} />
          </div>
        )}
      </div>
    </>
  )
}

function Over() {
  return (
    <Notice
      tone="info"
      title="Your access has ended"
      action={
        <Button size="small" onClick={() => go('/')}>
          Workspaces
        </Button>
      }
    >
      It ran out, or was ended by you, an admin of the staff, or a super admin of the workspace.
    </Notice>
  )
}

/** A refusal means that the access has ended: the page asks once more what it is allowed. */
function useOut(grant: string, error: unknown) {
  const cache = useQueryClient()
  const isOut = isProblem(error, 'not_found')
  useEffect(() => {
    if (isOut) void cache.invalidateQueries({ queryKey: ['granted', grant, 'workspace'] })
  }, [cache, grant, isOut])
}

function Conversations({ grant, open }: { grant: string; open: string | null }) {
  const headers = { 'leadkeep-grant': grant }
  const list = useQuery({
    queryKey: ['granted', grant, 'conversations'],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/staff/v1/granted/conversations', { signal, headers, params: { query: { limit: 50 } } })),
  })
  useOut(grant, list.error)
  const all = list.data?.data ?? []
  return (
    <Card
      title="Conversations"
      about={list.data?.page.has_more === true ? 'The 50 with the newest activity.' : undefined}
      aside={
        <Button size="small" busy={list.isFetching} onClick={() => void list.refetch()}>
          Look again
        </Button>
      }
    >
      {list.isError && <Failure {...explain(list.error)} />}
      {list.isPending && <Skeleton className="h-32 w-full" />}
      {list.data !== undefined && all.length === 0 && <Empty title="No conversations yet" />}
      <ul aria-label="Conversations" className="-mx-2 flex flex-col">
        {all.map((one) => (
          <Row key={one.id} grant={grant} conversation={one} current={one.id === open} />
        ))}
      </ul>
    </Card>
  )
}

type RowProps = { grant: string; conversation: Conversation; current: boolean }

function Row({ grant, conversation, current }: RowProps) {
  return (
    <li>
      <Go
        to={`/access/${grant}?conversation=${conversation.id}`}
        aria-current={current ? 'true' : undefined}
        className="flex flex-col gap-0.5 rounded-control px-2 py-2 hover:bg-surface-2 aria-[current=true]:bg-surface-2"
      >
        <span className="flex items-center justify-between gap-3">
          <span className="truncate text-13 font-medium">{conversation.title}</span>
          <Chip tone={conversation.status === 'open' ? 'ok' : 'neutral'}>{conversation.status}</Chip>
        </span>
        <span className="truncate text-12 text-muted">
          {conversation.last_message?.preview ?? 'Nothing was said yet'}
        </span>
        <span className="text-11 text-muted">{fullTime(conversation.updated_at)}</span>
      </Go>
    </li>
  )
}

function Operators({ grant }: { grant: string }) {
  const headers = { 'leadkeep-grant': grant }
  const list = useQuery({
    queryKey: ['granted', grant, 'operators'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/staff/v1/granted/operators', { signal, headers })),
  })
  useOut(grant, list.error)
  return (
    <Card title="Operators">
      {list.isError && <Failure {...explain(list.error)} />}
      {list.isPending && <Skeleton className="h-16 w-full" />}
      <ul aria-label="Operators" className="-my-2 divide-y divide-line">
        {list.data?.data.map((one) => (
          <li key={one.id} className="flex items-center gap-x-3 py-2 text-13">
            <span className="min-w-0 flex-1 basis-48">
              <span className="block font-medium break-words">{one.name}</span>
              <span className="block text-12 break-all text-muted">{one.email}</span>
            </span>
            <Chip>{one.removed_at === null ? one.role.replace('_', ' ') : 'removed'}</Chip>
          </li>
        ))}
      </ul>
    </Card>
  )
}

function Widgets({ grant }: { grant: string }) {
  const headers = { 'leadkeep-grant': grant }
  const list = useQuery({
    queryKey: ['granted', grant, 'widgets'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/staff/v1/granted/widgets', { signal, headers })),
  })
  useOut(grant, list.error)
  return (
    <Card title="Widgets">
      {list.isError && <Failure {...explain(list.error)} />}
      {list.isPending && <Skeleton className="h-16 w-full" />}
      {list.data?.data.map((one) => (
        <dl key={one.id} className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5 text-13">
          <dt className="text-muted">Name</dt>
          <dd className="break-words">{one.name}</dd>
          <dt className="text-muted">Greeting</dt>
          <dd className="break-words">{one.greeting === '' ? '–' : one.greeting}</dd>
          <dt className="text-muted">Sites</dt>
          <dd className="break-all">{one.allowed_sites.length === 0 ? 'none' : one.allowed_sites.join(', ')}</dd>
          <dt className="text-muted">Seen on</dt>
          <dd className="break-all">{one.first_hit_site ?? 'no site yet'}</dd>
        </dl>
      ))}
    </Card>
  )
}
