// What only this browser remembers.
import { Card } from '@leadkeep/ui/Card'
import { Switch } from '@leadkeep/ui/Switch'
import { Button } from '@leadkeep/ui/Button'
import { Monitor, Moon, Sun } from 'lucide-react'
import { setPreferences, usePreferences } from '../lib/preferences.ts'
import { useOpenPalette } from './palette.ts'

const THEMES = [
  { value: 'auto', name: 'Like the system', icon: Monitor },
  { value: 'light', name: 'Light', icon: Sun },
  { value: 'dark', name: 'Dark', icon: Moon },
] as const

export function PreferencesPage() {
  const { theme, shortcuts } = usePreferences()
  const open = useOpenPalette()
  return (
    <>
      <h1 className="text-20 font-semibold">This browser</h1>
      <Card title="Theme" about="How Leadkeep looks here. Other browsers keep their own choice.">
        <fieldset className="grid grid-cols-3 gap-2">
          <legend className="sr-only">Theme</legend>
          {THEMES.map(({ value, name, icon: Mark }) => (
            <label
              key={value}
              className="flex cursor-pointer flex-col items-center gap-1.5 rounded-card border border-line px-2 py-3 text-center text-13 font-medium text-muted has-checked:border-accent has-checked:bg-accent-soft has-checked:text-accent-text has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent-text"
            >
              <input
                type="radio"
                name="theme"
                value={value}
                checked={theme === value}
                onChange={() => setPreferences({ theme: value })}
                className="sr-only"
              />
              <Mark size={18} aria-hidden />
              {name}
            </label>
          ))}
        </fieldset>
      </Card>
      <Card title="Keyboard" foot={<Button onClick={() => open('help')}>Show all shortcuts</Button>}>
        <Switch
          label="Single-key shortcuts"
          hint="J, K, R, E and their like work outside text fields. Turn them off if they get in the way of speech input or a screen reader; Ctrl or ⌘ K always works."
          checked={shortcuts}
          onChange={(on) => setPreferences({ shortcuts: on })}
        />
      </Card>
    </>
  )
}
