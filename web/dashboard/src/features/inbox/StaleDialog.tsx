// Somebody spoke while you were writing: read it first, then decide.
import type { Conversation } from '@leadkeep/client/shapes'
import { Button } from '@leadkeep/ui/Button'
import { Dialog } from '@leadkeep/ui/Dialog'
import { useQueryClient } from '@tanstack/react-query'
import { clockTime, plural } from '../../lib/time.ts'
import { useOperators } from '../../session/operators.ts'
import { useSession } from '../../session/session.ts'
import { Body } from './Message.tsx'
import { deliver, discard, useOutgoing, type Outgoing } from './outgoing.ts'
import { authorName } from './people.ts'

export function StaleDialog({
  conversation,
  onEdit,
}: {
  conversation: Conversation
  onEdit: (item: Outgoing) => void
}) {
  const cache = useQueryClient()
  const operators = useOperators()
  const { operator, person } = useSession()
  const me = operator.id
  const item = useOutgoing(conversation.id).find((each) => each.state.kind === 'stale')
  const missed = item?.state.kind === 'stale' ? item.state.missed.filter((each) => each.kind !== 'activity') : []
  const cast = { title: conversation.title, operators, me, myName: person.name }

  function edit() {
    if (item === undefined) return
    discard(cache, conversation.id, item.clientMessageId)
    onEdit(item)
  }

  return (
    <Dialog
      open={item !== undefined}
      onOpenChange={(open) => {
        if (!open) edit()
      }}
      title="The conversation moved on"
      description={
        missed.length > 0
          ? `${plural(missed.length, 'message')} arrived while you were writing. Nothing has been sent yet.`
          : 'It changed while you were writing. Nothing has been sent yet.'
      }
      footer={
        <>
          <Button onClick={edit}>Keep editing</Button>
          <Button
            weight="primary"
            onClick={() => {
              if (item !== undefined) void deliver(cache, me, conversation.id, { ...item, seen: undefined })
            }}
          >
            Send anyway
          </Button>
        </>
      }
    >
      <p className="pb-1.5 text-12 font-medium text-muted">What you missed</p>
      <ul className="flex flex-col gap-2">
        {missed.map((message) => (
          <li
            key={message.id}
            className={`rounded-card border px-3 py-2 ${message.kind === 'note' ? 'border-warn-line bg-warn-soft' : 'border-line bg-bg'}`}
          >
            <p className="pb-0.5 text-12 text-muted">
              {authorName(message.author, cast)} · {clockTime(message.created_at)}
              {message.kind === 'note' && ' · Note'}
            </p>
            <Body text={message.body} />
          </li>
        ))}
      </ul>
      {item !== undefined && (
        <>
          <p className="pt-4 pb-1.5 text-12 font-medium text-muted">Your reply</p>
          <div className="rounded-card bg-accent-soft px-3 py-2">
            <Body text={item.body} />
          </div>
        </>
      )}
    </Dialog>
  )
}
