// Any other time for a snoozed conversation to come back.
import { Button } from '@leadkeep/ui/Button'
import { Dialog } from '@leadkeep/ui/Dialog'
import { TextField } from '@leadkeep/ui/Field'
import { useState } from 'react'
import { useNow } from '../../lib/useNow.ts'

type SnoozeDialogProps = { onOpenChange: (open: boolean) => void; onPick: (until: Date) => void }

export function SnoozeDialog({ onOpenChange, onPick }: SnoozeDialogProps) {
  const [text, setText] = useState('')
  const now = useNow()
  const until = new Date(text)
  const past = text !== '' && !(until.getTime() > now)
  return (
    <Dialog
      open
      onOpenChange={onOpenChange}
      title="Snooze until"
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          <Button
            weight="primary"
            disabled={text === '' || past}
            onClick={() => {
              onOpenChange(false)
              onPick(until)
            }}
          >
            Snooze
          </Button>
        </>
      }
    >
      <TextField
        label="Date and time"
        type="datetime-local"
        value={text}
        onChange={(event) => setText(event.target.value)}
        error={past ? 'Choose a time that is still to come.' : undefined}
        hint="In your own time zone. The conversation also comes back when the visitor writes."
      />
    </Dialog>
  )
}
