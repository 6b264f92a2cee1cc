// Opens the socket for this session, and tells the others whether anybody sits at this browser.
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState, type ReactNode } from 'react'
import { onRead, onVisitorRead } from '../features/inbox/live.ts'
import { apply } from '../live/apply.ts'
import { LiveContext } from '../live/LiveContext.tsx'
import { watchRaces } from '../live/races.ts'
import { openLive, type Live } from '../live/socket.ts'
import { session, useSession } from '../session/session.ts'

const AWAY_AFTER_MS = 5 * 60_000

export function LiveConnection({ children }: { children: ReactNode }) {
  const cache = useQueryClient()
  const operatorId = useSession().operator.id
  const [live, setLive] = useState<Live | null>(null)
  useEffect(() => {
    const scene = { cache, operatorId }
    const races = watchRaces(cache)
    const opened = openLive({
      cache,
      session,
      apply: (event) => {
        apply(scene, event)
        races.happened()
      },
      onRead: (read) => onRead(scene, read),
      onVisitorRead: (read) => onVisitorRead(scene, read),
    })
    setLive(opened)
    const stopWatching = watchPresence(opened)
    return () => {
      stopWatching()
      races.stop()
      opened.close()
    }
  }, [cache, operatorId])
  return live === null ? null : <LiveContext value={live}>{children}</LiveContext>
}

/** Away when nobody has looked at this tab for a while. */
function watchPresence(live: Live) {
  let timer: ReturnType<typeof setTimeout> | undefined
  const look = () => {
    clearTimeout(timer)
    if (document.visibilityState === 'visible') live.presence('online')
    else timer = setTimeout(() => live.presence('away'), AWAY_AFTER_MS)
  }
  document.addEventListener('visibilitychange', look)
  return () => {
    clearTimeout(timer)
    document.removeEventListener('visibilitychange', look)
  }
}
