// One conversation in the list.
import type { Conversation } from '@leadkeep/client/shapes'
import { Avatar } from '@leadkeep/ui/Avatar'
import { Chip, Count } from '@leadkeep/ui/Marks'
import { Link } from '@tanstack/react-router'
import { Clock, PencilLine, StickyNote, User } from 'lucide-react'
import { memo } from 'react'
import { paths } from '../../lib/paths.ts'
import { fullTime, shortAgo, untilTime } from '../../lib/time.ts'
import { useNow } from '../../lib/useNow.ts'
import { previewOf, type Cast } from './people.ts'
import type { View } from './views.ts'

type RowProps = {
  conversation: Conversation
  view: View
  selected: boolean
  online: boolean
  draft: boolean
  operators: Cast['operators']
  me: string
  onWarm: (id: string) => void
}

export const Row = memo(function Row({ conversation, view, selected, online, draft, operators, me, onWarm }: RowProps) {
  const now = useNow()
  const { id, title, unread, contact, assignee_id, snoozed_until, status } = conversation
  const preview = previewOf(conversation, { title, operators, me, myName: '' })
  const at = conversation.last_message?.created_at ?? conversation.updated_at
  const assignee = operators.find((each) => each.id === assignee_id)
  return (
    <li>
      <Link
        {...paths.conversation(id, view)}
        data-conversation={id}
        onPointerEnter={() => onWarm(id)}
        className={`relative flex h-17 items-center gap-3 border-b border-line/60 ps-4 pe-3 -outline-offset-2 transition-colors duration-75 ${selected ? 'bg-accent-soft' : 'hover:bg-surface-2/60'}`}
      >
        {selected && <span aria-hidden className="absolute inset-y-0 start-0 w-0.5 bg-accent" />}
        <Avatar
          name={title}
          seed={contact?.id ?? conversation.visitor_id}
          size={36}
          dot={online ? 'online' : undefined}
          icon={contact === null ? <User size={16} /> : undefined}
        />
        <span className="min-w-0 flex-1">
          <span className="flex items-baseline gap-2">
            <span
              className={`called min-w-0 flex-1 truncate text-14 ${unread > 0 ? 'font-semibold' : 'font-medium'}`}
              dir="auto"
            >
              {title}
              {online && <span className="sr-only">, online</span>}
            </span>
            <time dateTime={at} title={fullTime(at)} className="shrink-0 text-12 text-muted tabular-nums">
              {shortAgo(at, now)}
            </time>
          </span>
          <span className="mt-0.5 flex items-center gap-2">
            <span className={`min-w-0 flex-1 truncate text-13 ${unread > 0 ? 'text-text' : 'text-muted'}`}>
              {preview.note && (
                <StickyNote size={12} aria-label="Note" className="me-1 inline align-[-1px] text-warn" />
              )}
              {preview.by !== null && <span>{preview.by}: </span>}
              <span dir="auto">{preview.text}</span>
            </span>
            {draft && (
              <Chip tone="warn" icon={<PencilLine size={11} aria-hidden />}>
                Draft
              </Chip>
            )}
            {status === 'snoozed' && snoozed_until !== null && (
              <Chip icon={<Clock size={11} aria-hidden />}>{untilTime(snoozed_until, now)}</Chip>
            )}
            <Count value={unread} label="unread" strong />
            {assignee !== undefined && view !== 'mine' && (
              <span className="inline-flex" title={`Assigned to ${assignee.name}`}>
                <Avatar name={assignee.name} seed={assignee.id} size={20} />
                <span className="sr-only">{`Assigned to ${assignee.name}`}</span>
              </span>
            )}
          </span>
        </span>
      </Link>
    </li>
  )
})
