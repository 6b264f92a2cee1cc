// The audit log: found by a query bar, read row by row, one entry beside it.
import { Button } from '@leadkeep/ui/Button'
import { Loading, Skeleton } from '@leadkeep/ui/Marks'
import { Empty, Failure, Notice } from '@leadkeep/ui/Notice'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { ScrollText } from 'lucide-react'
import { useCallback, useMemo, useRef, type ReactNode } from 'react'
import { explain } from '../../lib/explain.ts'
import { useMay } from '../../session/session.ts'
import { EntryDetail, type Proved } from './EntryDetail.tsx'
import { COLUMNS, EntryList } from './EntryList.tsx'
import { LogHead } from './LogHead.tsx'
import { asked as ask, parse, print } from './query.ts'
import { actionsQuery, logQuery, reviewQuery } from './queries.ts'
import { QueryBar } from './QueryBar.tsx'

export type AuditSearch = { q?: string; entry?: string }

type Props = {
  search: AuditSearch
  onSearch: (search: AuditSearch) => void
  /** Does work that needs a fresh proof; the dialog that asks for it. */
  proved: Proved
  dialog: ReactNode
}

export function AuditPage(props: Props) {
  const may = useMay('audit.read')
  if (may) return <Log {...props} />
  return (
    <div className="flex flex-col gap-4 p-6">
      <h1 className="text-20 font-semibold">Audit log</h1>
      <Notice tone="info">
        Admins read the audit log of the workspace. What happened to your own login is under “Your login”.
      </Notice>
    </div>
  )
}

function Log({ search, onSearch, proved, dialog }: Props) {
  const query = search.q ?? ''
  const { asked, wrong } = useMemo(() => ask(query), [query])
  const log = useInfiniteQuery(logQuery(asked))
  const actions = useQuery(actionsQuery).data ?? []
  const review = useQuery(reviewQuery).data
  const entries = useMemo(() => log.data?.pages.flatMap((page) => page.data) ?? [], [log.data])
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = log
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])
  const setQuery = (q: string) => onSearch(q === '' ? {} : { q })
  const select = (entry: string | undefined) => {
    const kept = query === '' ? {} : { q: query }
    onSearch(entry === undefined ? kept : { ...kept, entry })
  }
  const chosen = search.entry
  const list = useRef<HTMLDivElement>(null)
  const detail = useRef<HTMLElement>(null)
  return (
    <div className="relative flex h-full">
      <section aria-label="Log" className="@container flex h-full min-w-0 flex-1 flex-col">
        <LogHead query={query} asked={asked} newest={query === '' ? entries[0] : undefined} proved={proved} onQuery={setQuery} />
        <div className="flex gap-2 px-4 pb-3">
          <QueryBar query={query} actions={actions} onChange={setQuery} />
          {query !== '' && (
            <Button weight="quiet" onClick={() => setQuery('')}>
              Clear
            </Button>
          )}
        </div>
        {wrong.length > 0 && (
          <div className="px-4 pb-3">
            <Notice tone="warn" title={`Not understood: ${wrong.join(', ')}`}>
              A term is a field and what it should be, such as action:auth or after:2026-11-01.
            </Notice>
          </div>
        )}
        <div aria-hidden className={`${COLUMNS} border-b border-line px-4 pb-1.5 text-12 font-medium text-muted max-pane:hidden`}>
          <span>Time (UTC)</span>
          <span>Who</span>
          <span>What</span>
          <span className="hidden @4xl:block">To what</span>
          <span className="hidden @4xl:block">From</span>
        </div>
        {log.isPending && <LogSkeleton />}
        {log.isError && log.data === undefined && (
          <div className="p-4">
            <Failure {...explain(log.error)} onRetry={() => void log.refetch()} />
          </div>
        )}
        {log.isSuccess && entries.length === 0 && (
          <Empty
            icon={<ScrollText size={20} />}
            title={query === '' ? 'Nothing has been entered yet' : 'No entry fits'}
            action={query !== '' && <Button onClick={() => setQuery('')}>Show the whole log</Button>}
          >
            {query === '' ? 'Every change in this workspace appears here.' : 'Take a term out, or look at another time.'}
          </Empty>
        )}
        {entries.length > 0 && (
          <EntryList
            key={query}
            box={list}
            entries={entries}
            actions={actions}
            selected={chosen}
            reviewed={review?.until}
            onSelect={select}
            onEnter={() => detail.current?.focus()}
            onEnd={onEnd}
          />
        )}
        {log.isFetchNextPageError && (
          <div className="p-3">
            <Failure {...explain(log.error)} onRetry={() => void fetchNextPage()} />
          </div>
        )}
      </section>
      {chosen !== undefined && (
        <EntryDetail
          box={detail}
          id={chosen}
          known={entries.find((each) => each.id === chosen)}
          proved={proved}
          onNarrow={(term) => setQuery(print(parse(`${query} ${term}`).terms))}
          onClose={() => {
            select(undefined)
            list.current?.focus({ preventScroll: true })
          }}
        />
      )}
      {dialog}
    </div>
  )
}

function LogSkeleton() {
  return (
    <Loading what="the audit log">
      {['w-3/5', 'w-2/5', 'w-1/2', 'w-3/5', 'w-1/3', 'w-1/2', 'w-2/5', 'w-3/5'].map((width, index) => (
        <div key={`${width}${String(index)}`} className="flex h-9 items-center border-b border-line/60 px-4">
          <Skeleton className={`h-3.5 ${width}`} />
        </div>
      ))}
    </Loading>
  )
}
