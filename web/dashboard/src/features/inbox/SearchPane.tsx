// The list pane while somebody searches: a field, and the conversations in which all the words stand.
import { unwrap } from '@leadkeep/client/api'
import type { FoundPiece, Paged, SearchHit } from '@leadkeep/client/shapes'
import { Avatar } from '@leadkeep/ui/Avatar'
import { IconButton } from '@leadkeep/ui/Button'
import { Chip } from '@leadkeep/ui/Marks'
import { Empty, Failure } from '@leadkeep/ui/Notice'
import { infiniteQueryOptions, keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Search, SearchX, StickyNote, User, X } from 'lucide-react'
import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { explain } from '../../lib/explain.ts'
import { paths } from '../../lib/paths.ts'
import { useShortcuts } from '../../lib/shortcuts.ts'
import { fullTime, plural, shortAgo } from '../../lib/time.ts'
import { useNow } from '../../lib/useNow.ts'
import { useOperators } from '../../session/operators.ts'
import { api, useSession } from '../../session/session.ts'
import { ListSkeleton, More } from './ConversationList.tsx'
import { authorName } from './people.ts'
import type { View } from './views.ts'

/** Somebody who types on is not asked for every letter. */
const PAUSE_MS = 200
const LONGEST = 200

function searchQuery(q: string) {
  return infiniteQueryOptions({
    queryKey: ['conversations', 'search', q],
    staleTime: 10_000,
    enabled: q !== '',
    placeholderData: keepPreviousData,
    initialPageParam: '',
    queryFn: ({ pageParam, signal }): Promise<Paged<SearchHit>> => {
      const query = { q, limit: 30, ...(pageParam === '' ? {} : { cursor: pageParam }) }
      return unwrap(api.GET('/api/v1/conversations/search', { params: { query }, signal }))
    },
    getNextPageParam: (page) => page.page.next_cursor ?? undefined,
  })
}

export function SearchPane({ view, q, selected }: { view: View; q: string; selected: string | undefined }) {
  const navigate = useNavigate()
  const list = useRef<HTMLUListElement>(null)
  const asked = q.trim().slice(0, LONGEST)
  const found = useInfiniteQuery(searchQuery(asked))
  const hits = asked === '' ? [] : (found.data?.pages.flatMap((page) => page.data) ?? [])

  // Who presses Enter before the answer is there gets the first find when it is.
  const wanted = useRef<string>(undefined)
  const ready = found.isSuccess && !found.isPlaceholderData
  const first = hits[0]?.conversation.id

  const open = (id: string | undefined) => {
    if (id !== undefined) void navigate(paths.conversation(id, view, q))
  }
  const leave = () => void navigate(selected === undefined ? paths.inbox(view) : paths.conversation(selected, view))
  const neighbour = (step: number) => {
    const at = hits.findIndex((hit) => hit.conversation.id === selected)
    return hits[at < 0 ? 0 : at + step]?.conversation.id
  }
  useEffect(() => {
    if (!ready || wanted.current !== asked) return
    wanted.current = undefined
    if (first !== undefined) void navigate(paths.conversation(first, view, q))
  }, [ready, asked, first, navigate, view, q])
  const enter = (typed: string) => {
    if (ready && typed.trim() === asked) open(first)
    else wanted.current = typed.trim()
  }
  useShortcuts({
    next: () => open(neighbour(1)),
    previous: () => open(neighbour(-1)),
    ...(selected === undefined ? { close: leave } : {}),
  })

  return (
    <section aria-label="Search conversations" className="flex h-full min-w-0 flex-col bg-surface">
      <Field
        q={q}
        onAsk={(next) =>
          void navigate({
            ...(selected === undefined ? paths.inbox(view, next) : paths.conversation(selected, view, next)),
            replace: true,
          })
        }
        onType={() => {
          wanted.current = undefined
        }}
        onEnter={enter}
        onDown={() => list.current?.querySelector('a')?.focus()}
        onLeave={leave}
      />
      <div className="min-h-0 flex-1 overflow-y-auto" tabIndex={-1}>
        {asked === '' && (
          <Empty icon={<Search size={20} />} title="Search all conversations">
            By words in messages and notes, by a name or an address. All words must be there; the last one may be a
            beginning.
          </Empty>
        )}
        {asked !== '' && found.isPending && <ListSkeleton />}
        {asked !== '' && found.isError && (
          <div className="p-3">
            <Failure {...explain(found.error)} onRetry={() => void found.refetch()} />
          </div>
        )}
        {asked !== '' && found.isSuccess && hits.length === 0 && (
          <Empty icon={<SearchX size={20} />} title="Nothing found">
            No conversation has all of these words. Try fewer, or the beginning of one.
          </Empty>
        )}
        <ul ref={list} className={found.isPlaceholderData ? 'opacity-60' : ''}>
          {hits.map((hit) => (
            <Hit key={hit.conversation.id} hit={hit} view={view} q={q} selected={hit.conversation.id === selected} />
          ))}
        </ul>
        {asked !== '' && found.hasNextPage && (
          <More busy={found.isFetchingNextPage} onMore={() => void found.fetchNextPage()} />
        )}
      </div>
      <p role="status" className="sr-only">
        {asked !== '' && ready && saidOf(hits.length, found.hasNextPage)}
      </p>
    </section>
  )
}

function saidOf(count: number, more: boolean): string {
  if (count === 0) return 'Nothing found'
  return more ? `More than ${plural(count, 'conversation')} found` : `${plural(count, 'conversation')} found`
}

type FieldProps = {
  q: string
  onAsk: (q: string) => void
  onType: () => void
  onEnter: (typed: string) => void
  onDown: () => void
  onLeave: () => void
}

function Field({ q, onAsk, onType, onEnter, onDown, onLeave }: FieldProps) {
  const [typed, setTyped] = useState(q)
  const [last, setLast] = useState(q)
  const field = useRef<HTMLInputElement>(null)
  const ask = useRef(onAsk)
  useEffect(() => {
    ask.current = onAsk
  })
  // The address may change by itself: back, or a link.
  if (q !== last) {
    setLast(q)
    if (q.trim() !== typed.trim()) setTyped(q)
  }
  useEffect(() => {
    if (typed === q) return undefined
    const timer = setTimeout(() => ask.current(typed), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [typed, q])
  // Whoever opens the search wants to type; whoever comes back to results wants to read.
  useEffect(() => {
    if (field.current?.value === '') field.current.focus()
  }, [])
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Enter') {
      onEnter(typed)
      if (typed !== q) ask.current(typed)
    } else if (event.key === 'ArrowDown') onDown()
    else if (event.key === 'Escape' && typed === '') onLeave()
    else if (event.key === 'Escape') setTyped('')
    else return
    event.preventDefault()
  }
  return (
    <div role="search" className="flex h-12 shrink-0 items-center gap-2.5 border-b border-line ps-4 pe-2">
      <Search size={16} aria-hidden className="shrink-0 text-muted" />
      <input
        ref={field}
        type="search"
        aria-label="Search conversations"
        placeholder="Search conversations"
        autoComplete="off"
        spellCheck={false}
        maxLength={LONGEST}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value)
          onType()
        }}
        onKeyDown={onKeyDown}
        className="h-full min-w-0 flex-1 appearance-none bg-transparent text-14 outline-none [&::-webkit-search-cancel-button]:hidden"
      />
      <IconButton label="Leave the search" onClick={onLeave}>
        <X size={16} aria-hidden />
      </IconButton>
    </div>
  )
}

const STATUS = { open: null, snoozed: 'Snoozed', resolved: 'Resolved' } as const

function Hit({ hit, view, q, selected }: { hit: SearchHit; view: View; q: string; selected: boolean }) {
  const now = useNow()
  const operators = useOperators()
  const { operator } = useSession()
  const { conversation, line } = hit
  const at = line?.created_at ?? conversation.updated_at
  const status = STATUS[conversation.status]
  const by =
    line === null || line.author.kind === 'visitor'
      ? null
      : authorName(line.author, { title: conversation.title, operators, me: operator.id, myName: '' })
  return (
    <li>
      <Link
        {...paths.conversation(conversation.id, view, q)}
        data-conversation={conversation.id}
        className={`relative flex min-h-17 items-start gap-3 border-b border-line/60 py-3 ps-4 pe-3 -outline-offset-2 transition-colors duration-75 ${selected ? 'bg-accent-soft' : 'hover:bg-surface-2/60'}`}
      >
        {selected && <span aria-hidden className="absolute inset-y-0 start-0 w-0.5 bg-accent" />}
        <Avatar
          name={conversation.title}
          seed={conversation.contact?.id ?? conversation.visitor_id}
          size={36}
          icon={conversation.contact === null ? <User size={16} /> : undefined}
        />
        <span className="min-w-0 flex-1">
          <span className="flex items-baseline gap-2">
            <span className="called min-w-0 flex-1 truncate text-14 font-medium" dir="auto">
              <Pieces of={hit.title} />
            </span>
            {status !== null && <Chip>{status}</Chip>}
            <time dateTime={at} title={fullTime(at)} className="shrink-0 text-12 text-muted tabular-nums">
              {shortAgo(at, now)}
            </time>
          </span>
          {hit.email !== null && (
            <span className="mt-0.5 block truncate text-13 text-muted" dir="auto">
              <Pieces of={hit.email} />
            </span>
          )}
          {line !== null && (
            <span className="mt-0.5 line-clamp-2 text-13 text-muted">
              {line.kind === 'note' && (
                <StickyNote size={12} aria-label="Note" className="me-1 inline align-[-1px] text-warn" />
              )}
              {by !== null && <span>{by}: </span>}
              <span dir="auto">
                <Pieces of={line.pieces} />
              </span>
            </span>
          )}
          {line === null && hit.email === null && conversation.last_message !== null && (
            <span className="mt-0.5 block truncate text-13 text-muted" dir="auto">
              {conversation.last_message.preview}
            </span>
          )}
        </span>
      </Link>
    </li>
  )
}

function Pieces({ of }: { of: readonly FoundPiece[] }) {
  return of.map((piece, index) =>
    piece.found ? (
      // A text has its pieces for good: their places are their names.
      <mark key={String(index)} className="rounded-[3px] bg-warn-soft px-px text-text">
        {piece.text}
      </mark>
    ) : (
      piece.text
    ),
  )
}
