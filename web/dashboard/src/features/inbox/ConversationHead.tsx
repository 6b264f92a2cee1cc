// The head of a conversation: who it is with, who has it, and what can be done.
import type { Conversation } from '@leadkeep/client/shapes'
import { Avatar } from '@leadkeep/ui/Avatar'
import { Button, buttonClass, IconButton, iconButtonClass } from '@leadkeep/ui/Button'
import { Chip } from '@leadkeep/ui/Marks'
import { Menu, MenuItem, MenuLine } from '@leadkeep/ui/Menu'
import { Link, useSearch } from '@tanstack/react-router'
import { Check, ChevronLeft, Clock, Ellipsis, MailOpen, PanelRight, RotateCcw, UserRoundPlus } from 'lucide-react'
import { paths } from '../../lib/paths.ts'
import { untilTime } from '../../lib/time.ts'
import { useNow } from '../../lib/useNow.ts'
import { useViewers, useVisitorOnline } from '../../live/signals.ts'
import { operatorName, useOperators } from '../../session/operators.ts'
import { useMay, useSession } from '../../session/session.ts'
import type { Actions } from './actions.ts'
import { SnoozeMenu } from './SnoozeMenu.tsx'
import type { View } from './views.ts'

export type OpenMenu = 'assign' | 'snooze' | null

type HeadProps = {
  conversation: Conversation
  view: View
  actions: Actions
  menu: OpenMenu
  onMenu: (menu: OpenMenu) => void
  details: boolean
  onDetails: () => void
  onUnread: () => void
}

export function ConversationHead({
  conversation,
  view,
  actions,
  menu,
  onMenu,
  details,
  onDetails,
  onUnread,
}: HeadProps) {
  const { q } = useSearch({ strict: false })
  const mayManage = useMay('conversation.manage')
  const online = useVisitorOnline(conversation.visitor_id, conversation.visitor_online)
  const { id, status, title } = conversation
  const done = status === 'resolved'
  return (
    <header className="@container flex h-12 shrink-0 items-center gap-1 border-b border-line bg-surface ps-5 pe-2 max-pane:ps-1">
      <Link {...paths.inbox(view, q)} aria-label="Back to the list" className={`${iconButtonClass} pane:hidden`}>
        <ChevronLeft size={18} aria-hidden className="rtl:-scale-x-100" />
      </Link>
      <div className="flex min-w-0 flex-1 items-center gap-2">
        <h2 className="called truncate text-14 font-semibold" dir="auto" title={title}>
          {title}
        </h2>
        <StatusChip conversation={conversation} />
        {online && (
          <span className="flex items-center gap-1 text-12 text-muted" title="Online">
            <span aria-hidden className="size-2 rounded-full bg-ok-mark" />
            <span className="@max-[34rem]:sr-only">Online</span>
          </span>
        )}
        <Viewers conversation={id} />
      </div>
      {mayManage && (
        <>
          <AssignMenu
            conversation={conversation}
            open={menu === 'assign'}
            onOpenChange={(open) => onMenu(open ? 'assign' : null)}
            onAssign={(operator) => void actions.assign(id, operator)}
          />
          {!done && (
            <SnoozeMenu
              open={menu === 'snooze'}
              onOpenChange={(open) => onMenu(open ? 'snooze' : null)}
              onSnooze={(until) => void actions.snooze(id, until)}
            />
          )}
          <Button
            size="small"
            className="mx-1 @max-[25rem]:px-2"
            onClick={() => void (done ? actions.reopen(id) : actions.resolve(id))}
          >
            {done ? <RotateCcw size={14} aria-hidden /> : <Check size={14} aria-hidden />}
            <span className="@max-[25rem]:sr-only">{done ? 'Reopen' : 'Resolve'}</span>
          </Button>
        </>
      )}
      <Menu
        align="end"
        trigger={
          <IconButton label="More">
            <Ellipsis size={16} aria-hidden />
          </IconButton>
        }
      >
        <MenuItem icon={<MailOpen size={14} />} hint="U" onSelect={onUnread}>
          Mark unread
        </MenuItem>
      </Menu>
      <IconButton label={details ? 'Hide details' : 'Show details'} aria-expanded={details} onClick={onDetails}>
        <PanelRight size={16} aria-hidden className="rtl:-scale-x-100" />
      </IconButton>
    </header>
  )
}

function StatusChip({ conversation: { status, snoozed_until } }: { conversation: Conversation }) {
  const now = useNow()
  if (status === 'open') return null
  if (status === 'resolved') {
    return (
      <Chip tone="ok" icon={<Check size={11} aria-hidden />}>
        Resolved
      </Chip>
    )
  }
  return (
    <Chip tone="info" icon={<Clock size={11} aria-hidden />}>
      Snoozed {snoozed_until === null ? '' : untilTime(snoozed_until, now)}
    </Chip>
  )
}

function Viewers({ conversation }: { conversation: string }) {
  const operators = useOperators()
  const me = useSession().operator.id
  const others = useViewers(conversation).filter((id) => id !== me)
  if (others.length === 0) return null
  const names = others.map((id) => operatorName(operators, id))
  const words = `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} looking at this too`
  return (
    <span className="flex -space-x-1.5 ps-1 @max-[25rem]:hidden" title={words}>
      {others.slice(0, 3).map((id) => (
        <span key={id} className="inline-flex rounded-full ring-2 ring-surface">
          <Avatar name={operatorName(operators, id)} seed={id} size={20} />
        </span>
      ))}
      <span className="sr-only">{words}</span>
    </span>
  )
}

type AssignProps = {
  conversation: Conversation
  open: boolean
  onOpenChange: (open: boolean) => void
  onAssign: (operator: string | null) => void
}

export function AssignMenu({ conversation, open, onOpenChange, onAssign }: AssignProps) {
  const operators = useOperators()
  const me = useSession().operator.id
  const assignee = operators.find((each) => each.id === conversation.assignee_id)
  const here = operators.filter((each) => each.removed_at === null)
  const ordered = [...here.filter((each) => each.id === me), ...here.filter((each) => each.id !== me)]
  const words = assignee === undefined ? 'Assign' : assignee.id === me ? 'You' : assignee.name
  return (
    <Menu
      open={open}
      onOpenChange={onOpenChange}
      align="end"
      trigger={
        <button
          type="button"
          aria-label={assignee === undefined ? 'Assign' : `Assigned to ${words}`}
          title={assignee === undefined ? 'Assign' : `Assigned to ${words}`}
          className={`${buttonClass('quiet', 'small')} max-w-40`}
        >
          {assignee === undefined ? (
            <UserRoundPlus size={14} aria-hidden />
          ) : (
            <Avatar name={assignee.name} seed={assignee.id} size={20} />
          )}
          <span className="truncate @max-[30rem]:hidden">{words}</span>
        </button>
      }
    >
      {ordered.map((operator) => (
        <MenuItem
          key={operator.id}
          icon={<Avatar name={operator.name} seed={operator.id} size={20} />}
          checked={operator.id === conversation.assignee_id}
          hint={operator.id === me ? 'I' : undefined}
          onSelect={() => onAssign(operator.id)}
        >
          {operator.id === me ? `${operator.name} (you)` : operator.name}
        </MenuItem>
      ))}
      <MenuLine />
      <MenuItem disabled={conversation.assignee_id === null} onSelect={() => onAssign(null)}>
        Remove assignment
      </MenuItem>
    </Menu>
  )
}
