// The way around: workspace, inbox views, settings, oneself. A column when there is room, icons when not, a bar on a phone.
import { Count } from '@leadkeep/ui/Marks'
import { useQuery } from '@tanstack/react-query'
import { Link, useLocation, type LinkProps } from '@tanstack/react-router'
import { CircleCheck, CircleUserRound, Clock, Inbox, Search, Settings, UserRoundX, type LucideIcon } from 'lucide-react'
import { countsQuery } from '../features/inbox/queries.ts'
import { countOf, isView, VIEW_NAME, VIEWS, type View } from '../features/inbox/views.ts'
import { paths } from '../lib/paths.ts'
import { printed } from '../lib/shortcuts.ts'
import { useMedia } from '../lib/useMedia.ts'
import { useOpenPalette } from './palette.ts'
import { PersonMenu } from './PersonMenu.tsx'
import { WorkspaceMenu } from './WorkspaceMenu.tsx'

const ICON: Record<View, LucideIcon> = {
  open: Inbox,
  mine: CircleUserRound,
  unassigned: UserRoundX,
  snoozed: Clock,
  resolved: CircleCheck,
}

const ITEM =
  'group relative flex h-8 items-center gap-2.5 rounded-control px-2 text-13 font-medium text-muted transition-colors duration-75 hover:bg-surface-2 hover:text-text aria-[current=page]:bg-surface-2 aria-[current=page]:text-text max-wide:w-10 max-wide:justify-center max-wide:px-0 max-wide:h-9 max-pane:h-12 max-pane:w-14'

/** Beside the icon when there is room; else it shows at hover and focus, and always for screen readers. */
const LABEL =
  'max-wide:pointer-events-none max-wide:absolute max-wide:start-full max-wide:z-60 max-wide:ms-2 max-wide:rounded-control max-wide:bg-text max-wide:px-2 max-wide:py-1 max-wide:text-12 max-wide:whitespace-nowrap max-wide:text-bg max-wide:opacity-0 max-wide:group-hover:opacity-100 max-wide:group-focus-visible:opacity-100 max-pane:sr-only'

export function Sidebar() {
  const wide = useMedia('(min-width: 1280px)')
  const phone = useMedia('(max-width: 719.98px)')
  const counts = useQuery(countsQuery).data
  const openPalette = useOpenPalette()
  const location = useLocation()
  const inConversation = /^\/inbox\/./.test(location.pathname)
  const search: { view?: unknown } = location.search
  const view = location.pathname.startsWith('/inbox') ? (isView(search.view) ? search.view : 'open') : undefined
  const views = phone ? (['open'] as const) : VIEWS

  return (
    <nav
      aria-label="Main"
      className={`flex w-14 shrink-0 flex-col items-center gap-0.5 border-e border-line bg-surface px-2 py-2 wide:w-52 wide:items-stretch max-pane:h-14 max-pane:w-full max-pane:flex-row max-pane:justify-around max-pane:border-e-0 max-pane:border-t max-pane:py-1 ${inConversation ? 'max-pane:hidden' : ''}`}
    >
      <WorkspaceMenu wide={wide} phone={phone} />
      <button
        type="button"
        className={`${ITEM} mb-2 max-pane:mb-0 wide:border wide:border-line wide:shadow-rise`}
        onClick={() => openPalette('palette')}
      >
        <Search size={16} aria-hidden />
        <span className={LABEL}>Search</span>
        {wide && (
          <span aria-hidden className="ms-auto text-12 font-normal">
            {printed('mod+k').join(' ')}
          </span>
        )}
      </button>
      {views.map((each) => (
        <Item
          key={each}
          link={paths.inbox(each)}
          icon={ICON[each]}
          name={phone ? 'Inbox' : VIEW_NAME[each]}
          current={phone ? view !== undefined : each === view}
          labelled={wide}

          count={each === 'resolved' ? 0 : countOf(counts, each)}
          unread={each === 'open' ? (counts?.unread ?? 0) : 0}
        />
      ))}
      <span className="flex-1 max-pane:hidden" />
      <Item
        link={paths.widget()}
        icon={Settings}
        name="Settings"
        current={location.pathname.startsWith('/settings')}
        labelled={wide}
        count={0}
        unread={0}
      />
      <PersonMenu wide={wide} phone={phone} />
    </nav>
  )
}

type ItemProps = {
  link: Pick<LinkProps, 'to' | 'search'>
  icon: LucideIcon
  name: string
  current: boolean
  labelled: boolean
  count: number
  unread: number
}

function Item({ link, icon: Mark, name, current, labelled, count, unread }: ItemProps) {
  return (
    <Link
      {...link}
      activeOptions={{ exact: true }}
      activeProps={{}}
      aria-current={current ? 'page' : undefined}
      className={ITEM}
    >
      <Mark size={16} aria-hidden className={current ? 'text-accent-text' : ''} />
      <span className={`flex-1 ${LABEL}`}>{name}</span>
      {unread > 0 && (
        <span className={labelled ? '' : 'absolute end-0 top-0'}>
          <Count value={unread} label="unread" strong />
        </span>
      )}
      {labelled && unread === 0 && <Count value={count} label="conversations" />}
    </Link>
  )
}
