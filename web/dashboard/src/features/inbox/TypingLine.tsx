// Who is typing: the visitor under the thread, a colleague above the composer.
import type { Conversation } from '@leadkeep/client/shapes'
import { TriangleAlert } from 'lucide-react'
import { useTypists } from '../../live/signals.ts'
import { operatorName, useOperators } from '../../session/operators.ts'
import { useSession } from '../../session/session.ts'

export function TypingLine({ conversation }: { conversation: Conversation }) {
  const typing = useTypists(conversation.id).some((each) => each.kind === 'visitor')
  return (
    <div role="status" className={typing ? 'flex items-center gap-2 pt-3 ps-9.5 text-12 text-muted' : undefined}>
      {typing && (
        <>
          <span aria-hidden className="inline-flex gap-0.5 rounded-full border border-line bg-surface px-2.5 py-2">
            <span className="typing-dot size-1.5 rounded-full bg-control" />
            <span className="typing-dot size-1.5 rounded-full bg-control" />
            <span className="typing-dot size-1.5 rounded-full bg-control" />
          </span>
          <span>
            <bdi>{conversation.title}</bdi> is typing
          </span>
        </>
      )}
    </div>
  )
}

export function CollisionLine({ conversation }: { conversation: string }) {
  const typists = useTypists(conversation)
  const operators = useOperators()
  const me = useSession().operator.id
  const others = typists.filter((each) => each.kind === 'operator' && each.id !== me)
  const replying = others.find((each) => each.mode === 'reply')
  const shown = replying ?? others[0]
  return (
    <div role="status">
      {shown !== undefined && (
        <p
          className={`flex items-center gap-1.5 px-3 py-1.5 text-12 ${shown.mode === 'reply' ? 'bg-warn-soft text-warn' : 'bg-surface-2 text-muted'}`}
        >
          {shown.mode === 'reply' && <TriangleAlert size={13} aria-hidden />}
          {operatorName(operators, shown.id)} {shown.mode === 'reply' ? 'is writing a reply' : 'is writing a note'}
        </p>
      )}
    </div>
  )
}
