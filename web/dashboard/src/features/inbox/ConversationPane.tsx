// The middle pane: head, thread and composer of one conversation.
import type { ConversationDetail } from '@leadkeep/client/shapes'
import type { Mode } from '@leadkeep/client/events'
import { isProblem } from '@leadkeep/client/problem'
import { iconButtonClass } from '@leadkeep/ui/Button'
import { Failure } from '@leadkeep/ui/Notice'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { ChevronLeft } from 'lucide-react'
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react'
import { explain } from '../../lib/explain.ts'
import { paths } from '../../lib/paths.ts'
import { holdShortcuts, useShortcuts } from '../../lib/shortcuts.ts'
import { useLive } from '../../live/LiveContext.tsx'
import { useMay, useSession } from '../../session/session.ts'
import { useActions } from './actions.ts'
import { Composer } from './Composer.tsx'
import { ConversationHead, type OpenMenu } from './ConversationHead.tsx'
import { draftsOf } from './drafts.ts'
import { useOutgoing, type Outgoing } from './outgoing.ts'
import { conversationQuery } from './queries.ts'
import { Thread, ThreadSkeleton } from './Thread.tsx'
import type { View } from './views.ts'

const Missing = lazy(() => import('./EmptyView.tsx').then((module) => ({ default: module.Missing })))
const StaleDialog = lazy(() => import('./StaleDialog.tsx').then((module) => ({ default: module.StaleDialog })))

type PaneProps = { id: string; view: View; details: boolean; onDetails: () => void; nextId: string | undefined }

export function ConversationPane({ id, view, details, onDetails, nextId }: PaneProps) {
  const { q } = useSearch({ strict: false })
  const query = useQuery(conversationQuery(id))
  // Asking again must not take the answer off the screen for a moment.
  const [missing, setMissing] = useState<string>()
  // What the operator wanted to write before the conversation was there.
  const [wanted, setWanted] = useState<Wish>()
  const isMissing = isProblem(query.error, 'not_found')
  if (isMissing && missing !== id) setMissing(id)
  if (query.data !== undefined) {
    return (
      <Loaded
        key={id}
        conversation={query.data}
        view={view}
        details={details}
        onDetails={onDetails}
        nextId={nextId}
        wanted={wanted?.id === id ? wanted.mode : undefined}
        onWritten={() => setWanted(undefined)}
      />
    )
  }
  if (isMissing || (missing === id && query.isPending)) {
    return (
      <Suspense>
        <Missing view={view} q={q} />
      </Suspense>
    )
  }
  if (query.isError) {
    return (
      <div className="p-4">
        <Failure {...explain(query.error)} onRetry={() => void query.refetch()} />
      </div>
    )
  }
  return (
    <>
      <div className="flex h-12 shrink-0 items-center border-b border-line bg-surface ps-1">
        <Link {...paths.inbox(view, q)} aria-label="Back to the list" className={`${iconButtonClass} pane:hidden`}>
          <ChevronLeft size={18} aria-hidden className="rtl:-scale-x-100" />
        </Link>
      </div>
      <Opening onWant={(mode) => setWanted({ id, mode })} />
    </>
  )
}

type Wish = { id: string; mode: Mode }

/** A conversation that is on its way. Who presses R or N meanwhile finds the field when it is there. */
function Opening({ onWant }: { onWant: (mode: Mode) => void }) {
  useEffect(() => () => holdShortcuts(false), [])
  const want = (mode: Mode) => {
    // What is typed next is text, not commands.
    holdShortcuts(true)
    onWant(mode)
  }
  useShortcuts({ reply: () => want('reply'), note: () => want('note') })
  return <ThreadSkeleton />
}

type LoadedProps = Omit<PaneProps, 'id'> & {
  conversation: ConversationDetail
  wanted: Mode | undefined
  onWritten: () => void
}

function Loaded({ conversation, view, details, onDetails, nextId, wanted, onWritten }: LoadedProps) {
  const { id } = conversation
  const { q } = useSearch({ strict: false })
  const live = useLive()
  const navigate = useNavigate()
  const actions = useActions()
  const { operator, workspace } = useSession()
  const mayManage = useMay('conversation.manage')
  const drafts = draftsOf(workspace.id)
  const field = useRef<HTMLTextAreaElement>(null)
  const [menu, setMenu] = useState<OpenMenu>(null)
  const stale = useOutgoing(id).some((each) => each.state.kind === 'stale')

  useEffect(() => {
    live.join(id)
    return () => live.leave(id)
  }, [live, id])

  const write = useCallback(
    (mode: Mode) => {
      drafts.choose(id, mode)
      field.current?.focus()
    },
    [drafts, id],
  )
  useEffect(() => {
    if (wanted === undefined) return
    write(wanted)
    onWritten()
  }, [wanted, write, onWritten])

  /** Puts text that was not sent back into the field it came from. */
  const edit = useCallback(
    (item: Outgoing) => {
      const already = drafts.text(id, item.mode)
      drafts.write(id, item.mode, already === '' ? item.body : `${item.body}\n${already}`)
      write(item.mode)
    },
    [drafts, id, write],
  )

  const unread = async () => {
    // Away first: as long as it is on screen, it counts as being read.
    await navigate(paths.inbox(view, q))
    await actions.markUnread(id)
  }

  useShortcuts({
    reply: () => write('reply'),
    note: () => write('note'),
    unread: () => void unread(),
    ...(mayManage
      ? {
          assign: () => setMenu('assign'),
          'assign.me': () => void actions.assign(id, operator.id),
          snooze: () => conversation.status !== 'resolved' && setMenu('snooze'),
          resolve: () => void (conversation.status === 'resolved' ? actions.reopen(id) : actions.resolve(id)),
          'resolve.next': () => {
            void actions.resolve(id)
            void navigate(nextId === undefined ? paths.inbox(view, q) : paths.conversation(nextId, view, q))
          },
        }
      : {}),
  })

  return (
    <>
      <ConversationHead
        conversation={conversation}
        view={view}
        actions={actions}
        menu={menu}
        onMenu={setMenu}
        details={details}
        onDetails={onDetails}
        onUnread={() => void unread()}
      />
      <Thread conversation={conversation} onEdit={edit} />
      <Composer conversation={conversation} drafts={drafts} field={field} onResolve={() => void actions.resolve(id)} />
      {stale && (
        <Suspense>
          <StaleDialog conversation={conversation} onEdit={edit} />
        </Suspense>
      )}
    </>
  )
}
