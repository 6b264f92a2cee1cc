// The five views of the inbox: what each asks for, and what belongs into it.
import type { Conversation, Counts } from '@leadkeep/client/shapes'

export const VIEWS = ['open', 'mine', 'unassigned', 'snoozed', 'resolved'] as const
export type View = (typeof VIEWS)[number]

export const VIEW_NAME: Record<View, string> = {
  open: 'Open',
  mine: 'Yours',
  unassigned: 'Unassigned',
  snoozed: 'Snoozed',
  resolved: 'Resolved',
}

export function isView(text: unknown): text is View {
  return VIEWS.some((view) => view === text)
}

export function filterOf(view: View): { status: Conversation['status']; assignee?: string } {
  switch (view) {
    case 'open':
      return { status: 'open' }
    case 'mine':
      return { status: 'open', assignee: 'me' }
    case 'unassigned':
      return { status: 'open', assignee: 'none' }
    case 'snoozed':
    case 'resolved':
      return { status: view }
  }
}

export function belongs(view: View, conversation: Conversation, me: string): boolean {
  const filter = filterOf(view)
  if (conversation.status !== filter.status) return false
  if (filter.assignee === 'me') return conversation.assignee_id === me
  if (filter.assignee === 'none') return conversation.assignee_id === null
  return true
}

/** Nobody has ever written. */
export function isFresh(counts: Counts | undefined): boolean {
  return counts !== undefined && counts.open + counts.snoozed + counts.resolved === 0
}

export function countOf(counts: Counts | undefined, view: View): number {
  return counts?.[view] ?? 0
}
