// Oneself: presence, appearance, shortcuts, the way out.
import { Avatar } from '@leadkeep/ui/Avatar'
import { Menu, MenuGroup, MenuItem, MenuLine } from '@leadkeep/ui/Menu'
import { clearToasts } from '@leadkeep/ui/Toast'
import { useNavigate } from '@tanstack/react-router'
import { Keyboard, LogOut, Monitor, Moon, Sun } from 'lucide-react'
import { paths } from '../lib/paths.ts'
import { setPreferences, usePreferences } from '../lib/preferences.ts'
import { useLive } from '../live/LiveContext.tsx'
import { usePresence } from '../live/signals.ts'
import { session, useSession } from '../session/session.ts'
import { useOpenPalette } from './palette.ts'

export function PersonMenu({ wide, phone }: { wide: boolean; phone: boolean }) {
  const { person, operator } = useSession()
  const live = useLive()
  const state = usePresence()[operator.id] ?? 'online'
  const { theme } = usePreferences()
  const open = useOpenPalette()
  const navigate = useNavigate()

  async function leave() {
    try {
      clearToasts()
      await session.signOut()
    } finally {
      await navigate(paths.signIn())
    }
  }

  return (
    <Menu
      side={phone ? 'top' : 'inline-end'}
      align="end"
      trigger={
        <button
          type="button"
          className="flex h-10 items-center gap-2 rounded-control px-1.5 text-start hover:bg-surface-2 max-wide:w-10 max-wide:justify-center max-pane:h-12 max-pane:w-14"
        >
          <Avatar name={person.name} seed={operator.id} dot={state} />
          <span className={wide ? 'min-w-0 flex-1 leading-tight' : 'sr-only'}>
            <span className="sr-only">You: </span>
            <span className="block truncate text-13 font-medium">{person.name}</span>
            <span className="block truncate text-11 text-muted">{state === 'away' ? 'Away' : 'Online'}</span>
          </span>
        </button>
      }
    >
      <MenuGroup label={person.email}>
        <MenuItem
          icon={<span className="size-2 rounded-full bg-ok-mark" />}
          checked={state === 'online'}
          onSelect={() => live.presence('online')}
        >
          Online
        </MenuItem>
        <MenuItem
          icon={<span className="size-2 rounded-full bg-warn-mark" />}
          checked={state === 'away'}
          onSelect={() => live.presence('away')}
        >
          Away
        </MenuItem>
      </MenuGroup>
      <MenuLine />
      <MenuGroup label="Theme">
        <MenuItem
          icon={<Monitor size={14} />}
          checked={theme === 'auto'}
          onSelect={() => setPreferences({ theme: 'auto' })}
        >
          Like the system
        </MenuItem>
        <MenuItem
          icon={<Sun size={14} />}
          checked={theme === 'light'}
          onSelect={() => setPreferences({ theme: 'light' })}
        >
          Light
        </MenuItem>
        <MenuItem
          icon={<Moon size={14} />}
          checked={theme === 'dark'}
          onSelect={() => setPreferences({ theme: 'dark' })}
        >
          Dark
        </MenuItem>
      </MenuGroup>
      <MenuLine />
      <MenuItem icon={<Keyboard size={14} />} hint="?" onSelect={() => open('help')}>
        Keyboard shortcuts
      </MenuItem>
      <MenuItem icon={<LogOut size={14} />} onSelect={() => void leave()}>
        Sign out
      </MenuItem>
    </Menu>
  )
}
