// An API key, the one time it is shown.
import type { MadeApiKey } from '@leadkeep/client/shapes'
import { ShownOnce } from '@leadkeep/ui/ShownOnce'

export function KeyOnce({ made, onClose }: { made: MadeApiKey; onClose: () => void }) {
  return (
    <ShownOnce
      title="Your API key"
      description={`“${made.api_key.name}” is ready. Programs send it as Authorization: Bearer.`}
      what="API key"
      value={made.key}
      onClose={onClose}
    >
      This is the only time the key is shown. Keep it where your program reads its secrets, never in its code or in a
      web page.
    </ShownOnce>
  )
}
