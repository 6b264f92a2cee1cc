// The list pane: the conversations of one view, newest activity first.
import type { Conversation } from '@leadkeep/client/shapes'
import { Button, IconButton } from '@leadkeep/ui/Button'
import { Loading, Skeleton } from '@leadkeep/ui/Marks'
import { Menu, MenuItem } from '@leadkeep/ui/Menu'
import { Failure } from '@leadkeep/ui/Notice'
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { ChevronDown, Search } from 'lucide-react'
import { lazy, Suspense, useCallback, useEffect, useRef, useSyncExternalStore } from 'react'
import { explain } from '../../lib/explain.ts'
import { paths } from '../../lib/paths.ts'
import { plural } from '../../lib/time.ts'
import { useVisitorsOnline } from '../../live/signals.ts'
import { useOperators } from '../../session/operators.ts'
import { useSession } from '../../session/session.ts'
import { listed } from './cached.ts'
import { draftsOf } from './drafts.ts'
import { conversationQuery, countsQuery, listQuery, messagesQuery } from './queries.ts'
import { Row } from './Row.tsx'
import { countOf, isFresh, VIEW_NAME, VIEWS, type View } from './views.ts'

const EmptyView = lazy(() => import('./EmptyView.tsx').then((module) => ({ default: module.EmptyView })))

export function useList(view: View) {
  const query = useInfiniteQuery(listQuery(view))
  return { ...query, conversations: listed(query.data) }
}

type ListProps = { view: View; selected: string | undefined; onSearch: () => void }

export function ConversationList({ view, selected, onSearch }: ListProps) {
  const counts = useQuery(countsQuery).data
  const list = useList(view)
  const total = countOf(counts, view)
  return (
    <section aria-label={`${VIEW_NAME[view]} conversations`} className="flex h-full min-w-0 flex-col bg-surface">
      <header className="flex h-12 shrink-0 items-center gap-2 border-b border-line ps-4 pe-2">
        <h2 className="text-14 font-semibold max-wide:sr-only">{VIEW_NAME[view]}</h2>
        <div className="wide:hidden">
          <ViewMenu view={view} />
        </div>
        {counts !== undefined && (
          <span className="text-12 text-muted tabular-nums">{plural(total, 'conversation')}</span>
        )}
        <IconButton label="Search conversations" className="ms-auto" onClick={onSearch}>
          <Search size={16} aria-hidden />
        </IconButton>
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto" tabIndex={-1}>
        {list.isPending && <ListSkeleton />}
        {list.isError && list.data === undefined && (
          <div className="p-3">
            <Failure {...explain(list.error)} onRetry={() => void list.refetch()} />
          </div>
        )}
        {list.isSuccess && list.conversations.length === 0 && (
          <Suspense>
            <EmptyView view={view} fresh={isFresh(counts)} />
          </Suspense>
        )}
        {list.conversations.length > 0 && <Rows view={view} selected={selected} conversations={list.conversations} />}
        {list.hasNextPage && <More busy={list.isFetchingNextPage} onMore={() => void list.fetchNextPage()} />}
      </div>
    </section>
  )
}

function Rows({
  view,
  selected,
  conversations,
}: {
  view: View
  selected: string | undefined
  conversations: readonly Conversation[]
}) {
  const cache = useQueryClient()
  const operators = useOperators()
  const { operator, workspace } = useSession()
  const online = useVisitorsOnline()
  const drafts = draftsOf(workspace.id)
  useSyncExternalStore(drafts.subscribe, drafts.count)
  const warm = useCallback(
    (id: string) => {
      void cache.prefetchQuery(messagesQuery(id))
      void cache.prefetchQuery(conversationQuery(id))
    },
    [cache],
  )
  // The next one is fetched before anybody asks, so that J and K answer at once.
  const next = conversations[conversations.findIndex((each) => each.id === selected) + 1]?.id
  useEffect(() => {
    if (next !== undefined && selected !== undefined) warm(next)
  }, [next, selected, warm])
  const list = useRef<HTMLUListElement>(null)
  useEffect(() => {
    if (selected === undefined) return
    list.current?.querySelector(`[data-conversation="${CSS.escape(selected)}"]`)?.scrollIntoView({ block: 'nearest' })
  }, [selected])
  return (
    <ul ref={list}>
      {conversations.map((conversation) => (
        <Row
          key={conversation.id}
          conversation={conversation}
          view={view}
          selected={conversation.id === selected}
          online={online[conversation.visitor_id] ?? conversation.visitor_online}
          draft={drafts.text(conversation.id, 'reply') !== '' || drafts.text(conversation.id, 'note') !== ''}
          operators={operators}
          me={operator.id}
          onWarm={warm}
        />
      ))}
    </ul>
  )
}

export function More({ busy, onMore }: { busy: boolean; onMore: () => void }) {
  const mark = useRef<HTMLDivElement>(null)
  const latest = useRef(onMore)
  useEffect(() => {
    latest.current = onMore
  })
  useEffect(() => {
    const observer = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) latest.current()
    })
    if (mark.current !== null) observer.observe(mark.current)
    return () => observer.disconnect()
  }, [])
  return (
    <div ref={mark} className="flex justify-center p-3">
      <Button size="small" weight="quiet" busy={busy} onClick={onMore}>
        {busy ? 'Loading…' : 'Show more'}
      </Button>
    </div>
  )
}

function ViewMenu({ view }: { view: View }) {
  const navigate = useNavigate()
  const counts = useQuery(countsQuery).data
  return (
    <Menu
      trigger={
        <IconButton
          label={`View: ${VIEW_NAME[view]}`}
          className="-ms-2 w-auto gap-1 px-2 text-14 font-semibold text-text"
        >
          {VIEW_NAME[view]}
          <ChevronDown size={14} aria-hidden className="text-muted" />
        </IconButton>
      }
    >
      {VIEWS.map((each) => (
        <MenuItem
          key={each}
          checked={each === view}
          hint={countOf(counts, each)}
          onSelect={() => void navigate(paths.inbox(each))}
        >
          {VIEW_NAME[each]}
        </MenuItem>
      ))}
    </Menu>
  )
}

export function ListSkeleton() {
  return (
    <Loading what="conversations">
      {['w-28', 'w-36', 'w-24', 'w-32', 'w-28', 'w-40', 'w-24', 'w-32'].map((width, index) => (
        <div key={`${width}${String(index)}`} className="flex h-17 items-center gap-3 border-b border-line/60 px-4">
          <Skeleton className="size-9 rounded-full" />
          <div className="flex-1">
            <Skeleton className={`h-3.5 ${width}`} />
            <Skeleton className="mt-2 h-3 w-4/5" />
          </div>
        </div>
      ))}
    </Loading>
  )
}
