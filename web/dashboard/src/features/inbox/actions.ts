// What an operator does to a conversation: shown at once, taken back when the server says no, undone when asked.
import { unwrap } from '@leadkeep/client/api'
import type { Conversation } from '@leadkeep/client/shapes'
import { toast } from '@leadkeep/ui/Toast'
import { useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { toastFailure } from '../../lib/explain.ts'
import { untilTime } from '../../lib/time.ts'
import { api, useSession } from '../../session/session.ts'
import { change, knownConversation, recount } from './cached.ts'

export type Actions = ReturnType<typeof useActions>

export function useActions() {
  const cache = useQueryClient()
  const me = useSession().operator.id
  return useMemo(() => {
    async function act(id: string, at_once: Partial<Conversation>, what: string, call: Promise<Conversation>) {
      const before = knownConversation(cache, id)
      change(cache, me, id, at_once)
      recount(cache)
      try {
        const after = await call
        // The row's unread count is ours to keep; the rest is the server's to say.
        change(cache, me, id, ({ unread }) => ({ ...after, unread }))
        return true
      } catch (error) {
        if (before !== undefined) {
          const { status, snoozed_until, assignee_id } = before
          change(cache, me, id, { status, snoozed_until, assignee_id })
        }
        recount(cache)
        toastFailure(what)(error)
        return false
      }
    }

    const params = (id: string) => ({ params: { path: { id } } })

    function reopen(id: string) {
      const call = unwrap(api.POST('/api/v1/conversations/{id}/reopen', { ...params(id), body: {} }))
      return act(id, { status: 'open', snoozed_until: null }, 'The conversation could not be reopened', call)
    }

    async function resolve(id: string) {
      const call = unwrap(api.POST('/api/v1/conversations/{id}/resolve', { ...params(id), body: {} }))
      if (await act(id, { status: 'resolved', snoozed_until: null }, 'The conversation could not be resolved', call)) {
        toast({ text: 'Resolved', action: { label: 'Undo', run: () => void reopen(id) } })
      }
    }

    async function snooze(id: string, until: Date) {
      const at = until.toISOString()
      const call = unwrap(api.POST('/api/v1/conversations/{id}/snooze', { ...params(id), body: { until: at } }))
      if (await act(id, { status: 'snoozed', snoozed_until: at }, 'The conversation could not be snoozed', call)) {
        toast({ text: `Snoozed ${untilTime(at, Date.now())}`, action: { label: 'Undo', run: () => void reopen(id) } })
      }
    }

    function assign(id: string, operator: string | null) {
      const body = { operator_id: operator }
      const call = unwrap(api.POST('/api/v1/conversations/{id}/assign', { ...params(id), body }))
      return act(id, { assignee_id: operator }, 'The assignment could not be changed', call)
    }

    async function markUnread(id: string) {
      try {
        const { unread } = await unwrap(api.POST('/api/v1/conversations/{id}/unread', { ...params(id), body: {} }))
        change(cache, me, id, { unread })
        recount(cache)
        return true
      } catch (error) {
        toastFailure('The conversation could not be marked unread')(error)
        return false
      }
    }

    return { reopen, resolve, snooze, assign, markUnread }
  }, [cache, me])
}
