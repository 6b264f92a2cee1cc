// What a live event may touch: the cache, and who is looking at it.
import type { EventType, LiveEvent } from '@leadkeep/client/events'
import type { QueryClient } from '@tanstack/react-query'

export type Scene = { readonly cache: QueryClient; readonly operatorId: string }

export type Effect<T extends EventType> = (scene: Scene, event: LiveEvent<T>) => void
