// Choosing when a conversation comes back.
import type { Conversation } from '@leadkeep/client/shapes'
import { Button, IconButton } from '@leadkeep/ui/Button'
import { Dialog } from '@leadkeep/ui/Dialog'
import { TextField } from '@leadkeep/ui/Field'
import { Menu, MenuItem, MenuLine } from '@leadkeep/ui/Menu'
import { CalendarClock, Clock } from 'lucide-react'
import { useState } from 'react'
import { untilTime } from '../../lib/time.ts'
import { snoozeChoices } from './snooze.ts'

type SnoozeProps = {
  conversation: Conversation
  open: boolean
  onOpenChange: (open: boolean) => void
  onSnooze: (until: Date) => void
}

export function SnoozeMenu({ open, onOpenChange, onSnooze }: SnoozeProps) {
  const [picking, setPicking] = useState(false)
  const now = new Date()
  return (
    <>
      <Menu
        open={open}
        onOpenChange={onOpenChange}
        align="end"
        trigger={
          <IconButton label="Snooze">
            <Clock size={16} aria-hidden />
          </IconButton>
        }
      >
        {snoozeChoices(now).map(({ label, until }) => (
          <MenuItem key={label} hint={untilTime(until.toISOString(), now.getTime()).replace('until ', '')} onSelect={() => onSnooze(until)}>
            {label}
          </MenuItem>
        ))}
        <MenuLine />
        <MenuItem icon={<CalendarClock size={14} />} onSelect={() => setPicking(true)}>
          Date and time…
        </MenuItem>
      </Menu>
      <PickDialog open={picking} onOpenChange={setPicking} onPick={onSnooze} />
    </>
  )
}

type PickProps = { open: boolean; onOpenChange: (open: boolean) => void; onPick: (until: Date) => void }

function PickDialog({ open, onOpenChange, onPick }: PickProps) {
  const [text, setText] = useState('')
  const until = new Date(text)
  const past = text !== '' && !(until.getTime() > Date.now())
  return (
    <Dialog
      open={open}
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
