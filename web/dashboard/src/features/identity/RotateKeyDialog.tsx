// Rotating an API key: a new secret now, and an end for the old one.
import { unwrap } from '@leadkeep/client/api'
import type { ApiKey, MadeApiKey } from '@leadkeep/client/shapes'
import { Button } from '@leadkeep/ui/Button'
import { Dialog } from '@leadkeep/ui/Dialog'
import { Field } from '@leadkeep/ui/Field'
import { Failure } from '@leadkeep/ui/Notice'
import { Select } from '@leadkeep/ui/Select'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { explain } from '../../lib/explain.ts'
import { api } from '../../session/session.ts'
import { LIVES } from './apiKeys.ts'
import { Declined, useStepUp } from './useStepUp.tsx'

const OVERLAPS = [
  { value: '0', label: 'At once', hint: 'When somebody knows it who should not' },
  { value: '1', label: 'In one day' },
  { value: '3', label: 'In three days' },
  { value: '7', label: 'In seven days' },
] as const

type RotateKeyDialogProps = { apiKey: ApiKey; onMade: (made: MadeApiKey) => void; onClose: () => void }

export function RotateKeyDialog({ apiKey, onMade, onClose }: RotateKeyDialogProps) {
  const stepUp = useStepUp()
  const [overlap, setOverlap] = useState<(typeof OVERLAPS)[number]['value']>('1')
  const [life, setLife] = useState<(typeof LIVES)[number]['value']>('90')
  const rotate = useMutation({
    mutationFn: () =>
      stepUp.proved(() =>
        unwrap(
          api.POST('/api/v1/api-keys/{id}/rotate', {
            params: { path: { id: apiKey.id } },
            body: { overlap_days: Number(overlap), expires_in_days: Number(life) },
          }),
        ),
      ),
    onSuccess: onMade,
  })
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      title={`Rotate “${apiKey.name}”?`}
      description="You get a new secret for the same key. The old one works on until the time you choose, so that your programs can change over."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button weight="primary" busy={rotate.isPending} onClick={() => rotate.mutate()}>
            Rotate
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {rotate.isError && !(rotate.error instanceof Declined) && <Failure {...explain(rotate.error)} />}
        {apiKey.state === 'active' && (
          <Field label="The old secret ends">
            {({ id }) => (
              <Select id={id} label="The old secret ends" value={overlap} choices={OVERLAPS} onChange={setOverlap} />
            )}
          </Field>
        )}
        <Field label="The new one works for">
          {({ id }) => <Select id={id} label="The new one works for" value={life} choices={LIVES} onChange={setLife} />}
        </Field>
      </div>
      {stepUp.dialog}
    </Dialog>
  )
}
