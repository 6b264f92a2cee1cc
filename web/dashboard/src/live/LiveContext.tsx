// The live connection, for the components below it.
import { createContext, useContext, useSyncExternalStore } from 'react'
import type { Live, LiveStatus } from './socket.ts'

export const LiveContext = createContext<Live | null>(null)

export function useLive(): Live {
  const live = useContext(LiveContext)
  if (live === null) throw new Error('This component needs a live connection')
  return live
}

export function useLiveStatus(): LiveStatus {
  const live = useLive()
  return useSyncExternalStore(live.subscribe, live.status)
}
