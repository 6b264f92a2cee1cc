// Names for whoever wrote something, and words for what they did.
import type { Activity, Author, Conversation, Operator } from '@leadkeep/client/shapes'
import { untilTime } from '../../lib/time.ts'
import { operatorName } from '../../session/operators.ts'

export type Cast = { title: string; operators: readonly Operator[]; me: string; myName: string }

export function authorName(author: Author, { title, operators, me }: Cast): string {
  if (author.kind === 'visitor') return title
  if (author.kind === 'system') return 'Leadkeep'
  if (author.kind === 'api_key') return 'API key'
  return author.id === me ? 'You' : operatorName(operators, author.id)
}

/** Whose initials stand beside a message: also of oneself, who is otherwise called "You". */
export function faceName(author: Author, cast: Cast): string {
  if (author.kind === 'operator' && author.id === cast.me) return cast.myName
  return authorName(author, cast)
}

/** One line for something that happened to the conversation. */
export function activityLine(activity: Activity, cast: Cast, now: number): string {
  const who = authorName(activity.by, cast)
  switch (activity.what) {
    case 'started':
      return `${who} started the conversation`
    case 'resolved':
      return `${who} resolved the conversation`
    case 'reopened':
      return `${who} reopened the conversation`
    case 'snoozed': {
      const until = activity.until ?? null
      return until === null ? `${who} snoozed the conversation` : `${who} snoozed it ${untilTime(until, now)}`
    }
    case 'contact_identified':
      return activity.by.kind === 'visitor' ? 'The visitor left their contact details' : `${who} added contact details`
    case 'assigned':
      return assignedLine(activity, who, cast)
  }
}

function assignedLine(activity: Activity, who: string, cast: Cast): string {
  const to = activity.operator_id ?? null
  if (to === null) return `${who} removed the assignment`
  if (to === activity.by.id) return `${who} took the conversation`
  const whom = to === cast.me ? 'you' : operatorName(cast.operators, to)
  return `${who} assigned ${whom}`
}

/** What a row of the list says about the newest message. */
export function previewOf(conversation: Conversation, cast: Cast): { by: string | null; text: string; note: boolean } {
  const last = conversation.last_message
  if (last === null) return { by: null, text: 'No messages yet', note: false }
  const text = last.preview === '' ? 'The conversation changed' : last.preview
  if (last.author.kind === 'visitor') return { by: null, text, note: false }
  const note = last.kind === 'note'
  // Before the names are known, no name is better than "Somebody".
  const known = last.author.kind !== 'operator' || cast.operators.length > 0 || last.author.id === cast.me
  return { by: known ? authorName(last.author, cast) : null, text, note }
}
