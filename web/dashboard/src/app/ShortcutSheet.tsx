// Every shortcut, by where it works.
import { Dialog } from '@leadkeep/ui/Dialog'
import { Key } from '@leadkeep/ui/Marks'
import { Switch } from '@leadkeep/ui/Switch'
import { Fragment } from 'react'
import { setPreferences, usePreferences } from '../lib/preferences.ts'
import { COMPOSER_KEYS, printed, SHORTCUTS, type Shortcut } from '../lib/shortcuts.ts'

const ALL: readonly Shortcut[] = [...SHORTCUTS, ...COMPOSER_KEYS]
const GROUPS = [...new Set(ALL.map((each) => each.group))]

export function ShortcutSheet({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const { shortcuts } = usePreferences()
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Keyboard shortcuts" wide>
      <div className="grid gap-x-8 gap-y-5 pane:grid-cols-2">
        {GROUPS.map((group) => (
          <section key={group}>
            <h3 className="pb-1 text-12 font-semibold text-muted">{group}</h3>
            <ul>
              {ALL.filter((each) => each.group === group).map((each) => (
                <li
                  key={each.id}
                  className="flex min-h-8 items-center justify-between gap-3 border-b border-line/60 text-13"
                >
                  {each.label}
                  <Keys shortcut={each} />
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
      <div className="mt-5 rounded-card border border-line px-3 py-2.5">
        <Switch
          label="Single-key shortcuts"
          hint="They only work outside text fields. Ctrl or ⌘ K always works."
          checked={shortcuts}
          onChange={(on) => setPreferences({ shortcuts: on })}
        />
      </div>
    </Dialog>
  )
}

export function Keys({ shortcut }: { shortcut: Shortcut }) {
  return (
    <span className="flex shrink-0 items-center gap-1">
      {shortcut.keys.map((keys, index) => (
        <Fragment key={keys}>
          {index > 0 && <span className="px-0.5 text-11 text-muted">or</span>}
          {printed(keys).map((key) => (
            <Key key={key}>{key}</Key>
          ))}
        </Fragment>
      ))}
    </span>
  )
}
