// The inbox: list, thread, details; three panes, two, or one, as the window allows.
import { Key } from '@leadkeep/ui/Marks'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { MessagesSquare } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { paths } from '../../lib/paths.ts'
import { setPreferences, usePreferences } from '../../lib/preferences.ts'
import { useShortcuts } from '../../lib/shortcuts.ts'
import { useMedia } from '../../lib/useMedia.ts'
import { ConversationList, useList } from './ConversationList.tsx'
import { ConversationPane } from './ConversationPane.tsx'
import { conversationQuery, countsQuery } from './queries.ts'
import { isFresh, isView } from './views.ts'

const ContactPanel = lazy(() => import('./ContactPanel.tsx').then((module) => ({ default: module.ContactPanel })))
const FirstWidget = lazy(() => import('./EmptyView.tsx').then((module) => ({ default: module.FirstWidget })))
const SearchPane = lazy(() => import('./SearchPane.tsx').then((module) => ({ default: module.SearchPane })))
const Drawer = lazy(() => import('@leadkeep/ui/Dialog').then((module) => ({ default: module.Drawer })))

export function InboxPage() {
  const search = useSearch({ strict: false })
  const { q } = search
  const view = isView(search.view) ? search.view : 'open'
  const id = useParams({ strict: false }).conversation
  const navigate = useNavigate()
  const roomy = useMedia('(min-width: 1100px)')
  const pinned = usePreferences().details
  const [drawer, setDrawer] = useState(false)
  const { conversations, isSuccess } = useList(view)
  const counts = useQuery(countsQuery).data
  const fresh = isSuccess && isFresh(counts)
  const at = conversations.findIndex((each) => each.id === id)
  const neighbour = (step: number) => (q === undefined ? conversations[at < 0 ? 0 : at + step]?.id : undefined)

  const go = (to: string | undefined) => {
    if (to !== undefined) void navigate(paths.conversation(to, view))
  }
  const toggle = () => (roomy ? setPreferences({ details: !pinned }) : setDrawer(!drawer))

  const find = () => {
    document.querySelector<HTMLInputElement>('input[type=search]')?.focus()
    if (q === undefined) void navigate(id === undefined ? paths.inbox(view, '') : paths.conversation(id, view, ''))
  }

  useShortcuts({
    search: find,
    // While there is a search, its results are walked, by themselves.
    ...(q === undefined ? { next: () => go(neighbour(1)), previous: () => go(neighbour(-1)) } : {}),
    ...(id === undefined ? {} : { close: () => void navigate(paths.inbox(view, q)), details: toggle }),
  })

  return (
    <div className="flex h-full min-w-0">
      <h1 className="sr-only">Inbox</h1>
      <div
        className={`w-75 shrink-0 border-e border-line wide:w-80 min-[1400px]:w-85 max-pane:w-full max-pane:border-e-0 ${id === undefined ? '' : 'max-pane:hidden'}`}
      >
        {q === undefined ? (
          <ConversationList view={view} selected={id} onSearch={find} />
        ) : (
          <Suspense>
            <SearchPane view={view} q={q} selected={id} />
          </Suspense>
        )}
      </div>
      <section
        aria-label="Conversation"
        className={`flex min-w-0 flex-1 flex-col bg-bg ${id === undefined ? 'max-pane:hidden' : ''}`}
      >
        {id === undefined ? (
          <Nothing fresh={fresh} />
        ) : (
          <ConversationPane
            id={id}
            view={view}
            details={roomy ? pinned : drawer}
            onDetails={toggle}
            nextId={neighbour(1)}
          />
        )}
      </section>
      {id !== undefined && roomy && pinned && (
        <aside aria-label="Details" className="w-75 shrink-0 overflow-y-auto border-s border-line bg-surface">
          <Details id={id} />
        </aside>
      )}
      {id !== undefined && !roomy && drawer && (
        <Suspense>
          <Drawer open onOpenChange={setDrawer} title="Details">
            <Details id={id} />
          </Drawer>
        </Suspense>
      )}
    </div>
  )
}

function Details({ id }: { id: string }) {
  const conversation = useQuery(conversationQuery(id)).data
  if (conversation === undefined) return null
  return (
    <Suspense>
      <ContactPanel key={id} conversation={conversation} />
    </Suspense>
  )
}

function Nothing({ fresh }: { fresh: boolean }) {
  if (fresh) {
    return (
      <Suspense>
        <FirstWidget />
      </Suspense>
    )
  }
  return (
    <div className="flex flex-1 flex-col items-center justify-center gap-3 p-6 text-center text-13 text-muted">
      <MessagesSquare size={28} strokeWidth={1.5} aria-hidden />
      <p>Choose a conversation to read it.</p>
      <p className="flex items-center gap-1.5 text-12">
        <Key>J</Key>
        <Key>K</Key> to move, <Key>?</Key> for all shortcuts
      </p>
    </div>
  )
}
