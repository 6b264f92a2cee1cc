// Marks a conversation read while somebody is really looking at its end.
import { unwrap } from '@leadkeep/client/api'
import type { Conversation } from '@leadkeep/client/shapes'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useSyncExternalStore } from 'react'
import { api, useSession } from '../../session/session.ts'
import { change, recount } from './cached.ts'

export function useAutoRead(conversation: Conversation, atEnd: boolean): void {
  const cache = useQueryClient()
  const me = useSession().operator.id
  const looking = useLooking()
  const sent = useRef(0)
  const { id, unread, last_seq } = conversation
  useEffect(() => {
    if (!looking || !atEnd || unread === 0 || sent.current >= last_seq) return
    sent.current = last_seq
    change(cache, me, id, { unread: 0 })
    unwrap(api.POST('/api/v1/conversations/{id}/read', { params: { path: { id } }, body: { seq: last_seq } })).then(
      () => recount(cache),
      () => {
        sent.current = 0
      },
    )
  }, [cache, me, id, unread, last_seq, looking, atEnd])
}

function useLooking(): boolean {
  return useSyncExternalStore(watch, () => document.visibilityState === 'visible' && document.hasFocus())
}

function watch(listener: () => void) {
  window.addEventListener('focus', listener)
  window.addEventListener('blur', listener)
  document.addEventListener('visibilitychange', listener)
  return () => {
    window.removeEventListener('focus', listener)
    window.removeEventListener('blur', listener)
    document.removeEventListener('visibilitychange', listener)
  }
}
