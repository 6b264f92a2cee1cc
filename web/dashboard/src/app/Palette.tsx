// The command palette: places, workspaces, themes and conversations, by typing a few letters.
import { Dialog as Base } from '@base-ui/react/dialog'
import { Avatar } from '@leadkeep/ui/Avatar'
import { Key } from '@leadkeep/ui/Marks'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { CornerDownRight, Keyboard, Search, SunMoon } from 'lucide-react'
import { useId, useMemo, useState, type KeyboardEvent, type ReactNode } from 'react'
import { listed } from '../features/inbox/cached.ts'
import { listKey } from '../features/inbox/queries.ts'
import { VIEW_NAME, VIEWS } from '../features/inbox/views.ts'
import { paths } from '../lib/paths.ts'
import { setPreferences } from '../lib/preferences.ts'
import { printed, SHORTCUTS } from '../lib/shortcuts.ts'
import { useSession } from '../session/session.ts'
import { SECTIONS } from './sections.ts'
import { useSwitch } from './WorkspaceMenu.tsx'

type Command = {
  id: string
  name: string
  words: string
  group: string
  keys: string | undefined
  mark?: ReactNode
  run: () => void
}

type PaletteProps = { open: boolean; onOpenChange: (open: boolean) => void; onHelp: () => void }

export function Palette({ open, onOpenChange, onHelp }: PaletteProps) {
  const [typed, setTyped] = useState('')
  const [at, setAt] = useState(0)
  const listId = useId()
  const commands = useCommands(onHelp)
  const navigate = useNavigate()
  const words = typed.trim()
  const everywhere = useMemo(() => {
    const go = () => void navigate(paths.inbox(undefined, words))
    const mark = <Search size={15} aria-hidden className="text-muted" />
    return make('Conversations', 'search', `Search all conversations for “${words}”`, go, { mark })
  }, [navigate, words])
  const found = useMemo(
    () => (words === '' ? matching(commands, typed) : [...matching(commands, typed), everywhere]),
    [commands, typed, words, everywhere],
  )
  const active = found[Math.min(at, found.length - 1)]

  function run(command: Command | undefined) {
    if (command === undefined) return
    onOpenChange(false)
    command.run()
  }

  function onKeyDown(event: KeyboardEvent) {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0 && found.length > 0) {
      event.preventDefault()
      const next = (Math.min(at, found.length - 1) + step + found.length) % found.length
      setAt(next)
      document.getElementById(`${listId}-${String(next)}`)?.scrollIntoView({ block: 'nearest' })
    }
    if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      event.preventDefault()
      run(active)
    }
  }

  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-scrim" />
        <Base.Popup className="pop fixed start-1/2 top-[14vh] z-50 flex max-h-[64vh] w-[min(36rem,calc(100vw-2rem))] -translate-x-1/2 flex-col overflow-hidden rounded-dialog bg-surface shadow-lift outline-none rtl:translate-x-1/2">
          <Base.Title className="sr-only">Command palette</Base.Title>
          <div className="flex h-12 shrink-0 items-center gap-3 border-b border-line px-4">
            <Search size={16} aria-hidden className="text-muted" />
            <input
              role="combobox"
              aria-label="Search conversations and commands"
              aria-expanded
              aria-controls={listId}
              aria-activedescendant={active === undefined ? undefined : `${listId}-${String(found.indexOf(active))}`}
              autoComplete="off"
              spellCheck={false}
              placeholder="Search conversations and commands"
              value={typed}
              onChange={(event) => {
                setTyped(event.target.value)
                setAt(0)
              }}
              onKeyDown={onKeyDown}
              className="h-full flex-1 bg-transparent text-14 outline-none"
            />
            <span className="max-pane:hidden pointer-coarse:hidden">
              <Key>Esc</Key>
            </span>
          </div>
          <div
            id={listId}
            role="listbox"
            data-inline
            aria-label="Results"
            tabIndex={-1}
            className="min-h-0 flex-1 overflow-y-auto p-1.5"
          >
            {found.map((command, index) => (
              <div key={command.id} role="presentation">
                {command.group !== found[index - 1]?.group && (
                  <p role="presentation" className="px-2.5 pt-2 pb-1 text-11 font-medium text-muted">
                    {command.group}
                  </p>
                )}
                <div
                  id={`${listId}-${String(index)}`}
                  role="option"
                  aria-selected={command === active}
                  onPointerMove={() => setAt(index)}
                  onClick={() => run(command)}
                  className="flex min-h-9 items-center gap-2.5 rounded-control px-2.5 text-13 aria-selected:bg-surface-2"
                >
                  {command.mark}
                  <span className="min-w-0 flex-1 truncate">{command.name}</span>
                  {command.keys !== undefined && (
                    <span className="flex gap-2.5 max-pane:hidden pointer-coarse:hidden">
                      {printed(command.keys).map((key) => (
                        <Key key={key}>{key}</Key>
                      ))}
                    </span>
                  )}
                </div>
              </div>
            ))}
          </div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}

export function matching(commands: readonly Command[], typed: string): Command[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0)
    return commands
      .filter((each) => each.group !== 'Conversations')
      .concat(commands.filter((each) => each.group === 'Conversations').slice(0, 5))
  return commands.filter((each) => words.every((word) => each.words.includes(word)))
}

function keysOf(id: string): string | undefined {
  return SHORTCUTS.find((each) => each.id === id)?.keys[0]
}

type More = { mark?: ReactNode; words?: string; keys?: string | undefined }

function make(group: string, id: string, name: string, run: () => void, more: More = {}): Command {
  const words = `${name} ${more.words ?? ''} ${group}`.toLowerCase()
  return { id, name, group, run, words, keys: more.keys, ...(more.mark === undefined ? {} : { mark: more.mark }) }
}

function useCommands(onHelp: () => void): Command[] {
  const cache = useQueryClient()
  const navigate = useNavigate()
  const goTo = useSwitch()
  const { workspace, workspaces } = useSession()
  const go = { open: 'go.inbox', mine: 'go.mine', unassigned: 'go.unassigned', snoozed: '', resolved: '' }
  const conversations = new Map(
    VIEWS.flatMap((view) => listed(cache.getQueryData(listKey(view)))).map((each) => [each.id, each]),
  )
  return [
    ...VIEWS.map((view) =>
      make('Inbox', `view.${view}`, VIEW_NAME[view], () => void navigate(paths.inbox(view)), {
        words: 'go inbox view',
        keys: keysOf(go[view]),
        mark: <CornerDownRight size={15} aria-hidden className="text-muted" />,
      }),
    ),
    ...SECTIONS.map((section) =>
      make('Settings', `settings.${section.name}`, section.name, () => void navigate(section.link), {
        words: `settings ${section.about}`,
        mark: <section.icon size={15} aria-hidden className="text-muted" />,
      }),
    ),
    ...(['auto', 'light', 'dark'] as const).map((theme) =>
      make(
        'Theme',
        `theme.${theme}`,
        { auto: 'Theme like the system', light: 'Light theme', dark: 'Dark theme' }[theme],
        () => setPreferences({ theme }),
        { words: 'appearance mode', mark: <SunMoon size={15} aria-hidden className="text-muted" /> },
      ),
    ),
    ...workspaces
      .filter((each) => each.id !== workspace.id)
      .map((each) => make('Workspaces', each.id, `Switch to ${each.name}`, () => goTo(each.id))),
    make('Help', 'help', 'Keyboard shortcuts', onHelp, {
      keys: '?',
      mark: <Keyboard size={15} aria-hidden className="text-muted" />,
    }),
    ...[...conversations.values()].map((each) =>
      make('Conversations', each.id, each.title, () => void navigate(paths.conversation(each.id)), {
        words: `${each.contact?.email ?? ''} ${each.last_message?.preview ?? ''}`,
        mark: <Avatar name={each.title} seed={each.contact?.id ?? each.visitor_id} size={20} />,
      }),
    ),
  ]
}
