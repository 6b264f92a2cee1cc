// What stands where there is nothing: in a view, beside it, at an address that leads nowhere.
import { buttonClass } from '@leadkeep/ui/Button'
import { Empty } from '@leadkeep/ui/Notice'
import { Link } from '@tanstack/react-router'
import {
  AppWindow,
  CircleCheck,
  Clock,
  Inbox,
  MessageSquareDashed,
  SearchX,
  UserRoundX,
  type LucideIcon,
} from 'lucide-react'
import { paths } from '../../lib/paths.ts'
import type { View } from './views.ts'

const EMPTY: Record<View, { icon: LucideIcon; title: string; text: string }> = {
  open: { icon: Inbox, title: 'All caught up', text: 'Nothing is open. New conversations appear here by themselves.' },
  mine: {
    icon: CircleCheck,
    title: 'Nothing on your plate',
    text: 'Take a conversation with I, or pick one from the unassigned.',
  },
  unassigned: {
    icon: UserRoundX,
    title: 'Everything is taken',
    text: 'Every open conversation has somebody looking after it.',
  },
  snoozed: {
    icon: Clock,
    title: 'Nothing is snoozed',
    text: 'Snooze with Z: the conversation comes back when you want it.',
  },
  resolved: {
    icon: CircleCheck,
    title: 'Nothing resolved yet',
    text: 'Resolve with E when there is nothing left to say.',
  },
}

export function EmptyView({ view, fresh }: { view: View; fresh: boolean }) {
  if (fresh) {
    return (
      <Empty
        icon={<MessageSquareDashed size={20} />}
        title="No conversations yet"
        action={
          <Link {...paths.widget()} className={`${buttonClass('primary')} pane:hidden`}>
            Install the widget
          </Link>
        }
      >
        Put the chat widget on your site; the first message lands here.
      </Empty>
    )
  }
  const { icon: Mark, title, text } = EMPTY[view]
  const leadsOn = view === 'mine'
  return (
    <Empty
      icon={<Mark size={20} />}
      title={title}
      action={
        leadsOn && (
          <Link {...paths.inbox('unassigned')} className={buttonClass()}>
            See unassigned
          </Link>
        )
      }
    >
      {text}
    </Empty>
  )
}

/** Beside the list of a workspace that nobody has written to. */
export function FirstWidget() {
  return (
    <div className="flex flex-1 flex-col items-center justify-center">
      <Empty
        icon={<AppWindow size={20} />}
        title="First, the widget"
        action={
          <Link {...paths.widget()} className={buttonClass('primary')}>
            Install the widget
          </Link>
        }
      >
        Paste one tag into your site. As soon as a visitor writes, the conversation appears here by itself.
      </Empty>
    </div>
  )
}

export function Missing({ view, q }: { view: View; q: string | undefined }) {
  return (
    <Empty
      icon={<SearchX size={20} />}
      title="No such conversation"
      action={
        <Link {...paths.inbox(view, q)} className={buttonClass()}>
          Back to the list
        </Link>
      }
    >
      It is not in this workspace. Perhaps the link belongs to another one.
    </Empty>
  )
}
