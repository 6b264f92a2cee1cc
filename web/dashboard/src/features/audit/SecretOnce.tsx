// A webhook's secret, the one time it is shown.
import { ShownOnce } from '@leadkeep/ui/ShownOnce'
import type { Kept } from './StreamDialog.tsx'

export function SecretOnce({ kept, onClose }: { kept: Kept; onClose: () => void }) {
  return (
    <ShownOnce
      title="The stream’s secret"
      description={`What “${kept.stream.name}” sends is signed with it, as Standard Webhooks has it: webhook-id, webhook-timestamp, webhook-signature.`}
      what="Secret"
      value={kept.secret ?? ''}
      onClose={onClose}
    >
      This is the only time it is shown. Give it to the receiver, so that it can tell our deliveries from those of
      others.
    </ShownOnce>
  )
}
