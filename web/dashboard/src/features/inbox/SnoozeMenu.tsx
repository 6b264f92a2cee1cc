// Choosing when a conversation comes back.
import { IconButton } from '@leadkeep/ui/Button'
import { Menu, MenuItem, MenuLine } from '@leadkeep/ui/Menu'
import { CalendarClock, Clock } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { untilTime } from '../../lib/time.ts'
import { useNow } from '../../lib/useNow.ts'
import { snoozeChoices } from './snooze.ts'

const SnoozeDialog = lazy(() => import('./SnoozeDialog.tsx').then((module) => ({ default: module.SnoozeDialog })))

type SnoozeProps = {
  open: boolean
  onOpenChange: (open: boolean) => void
  onSnooze: (until: Date) => void
}

export function SnoozeMenu({ open, onOpenChange, onSnooze }: SnoozeProps) {
  const [picking, setPicking] = useState(false)
  const now = useNow()
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
        {snoozeChoices(new Date(now)).map(({ label, until }) => (
          <MenuItem
            key={label}
            hint={untilTime(until.toISOString(), now).replace('until ', '')}
            onSelect={() => onSnooze(until)}
          >
            {label}
          </MenuItem>
        ))}
        <MenuLine />
        <MenuItem icon={<CalendarClock size={14} />} onSelect={() => setPicking(true)}>
          Date and time…
        </MenuItem>
      </Menu>
      {picking && (
        <Suspense>
          <SnoozeDialog onOpenChange={setPicking} onPick={onSnooze} />
        </Suspense>
      )}
    </>
  )
}
