// Calls that may be answered "work first": the work is done, and the call made again.
import { createApi } from '@leadkeep/client/api'
import { Button } from '@leadkeep/ui/Button'
import { Notice } from '@leadkeep/ui/Notice'
import { useEffect, useState } from 'react'
import type { Work } from './work.ts'

const HEADER = 'leadkeep-work'

/** The work in a problem document, if there is any. */
function workIn(body: unknown): Work | undefined {
  if (typeof body !== 'object' || body === null || !('work' in body)) return undefined
  const { work } = body
  if (typeof work !== 'object' || work === null || !('challenge' in work && 'bits' in work)) return undefined
  const { challenge, bits } = work
  return typeof challenge === 'string' && typeof bits === 'number' ? { challenge, bits } : undefined
}

/** What is being done: how likely it is that it is done by now, and how to stop. */
type Doing = { share: number; stop: AbortController }

async function sendWithWork(request: Request, tell: (doing: Doing | undefined) => void): Promise<Response> {
  const again = request.clone()
  const answer = await fetch(request)
  if (answer.status !== 429) return answer
  const work = workIn(await answer.clone().json())
  if (work === undefined) return answer
  const stop = new AbortController()
  tell({ share: 0, stop })
  try {
    const { solve } = await import('./work.ts')
    const shown = await solve(work, (share) => tell({ share, stop }), stop.signal)
    if (shown === undefined) return answer
    again.headers.set(HEADER, shown)
    return await fetch(again)
  } finally {
    tell(undefined)
  }
}

/** The API for people who are not signed in, and a notice while their device works. */
export function useWork() {
  const [doing, setDoing] = useState<Doing>()
  const [api] = useState(() => createApi((request) => sendWithWork(request, setDoing)))
  const stop = doing?.stop
  useEffect(() => () => stop?.abort(), [stop])
  const notice = doing !== undefined && (
    <div role="status">
      <Notice
        tone="info"
        title="One moment"
        action={
          <Button size="small" onClick={() => doing.stop.abort()}>
            Stop
          </Button>
        }
      >
        <p>Somebody tried this login too often. Your device does a little work to show that you are not one of them.</p>
        <progress
          className="mt-2 h-1.5 w-full appearance-none overflow-hidden rounded-full bg-line [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-line [&::-webkit-progress-value]:bg-accent"
          aria-label="Work done"
          value={doing.share}
          max={1}
        />
      </Notice>
    </div>
  )
  return { api, notice }
}
