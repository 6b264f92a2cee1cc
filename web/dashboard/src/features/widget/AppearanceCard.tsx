// Greeting, colour, and what to ask; beside it, what a visitor will see.
import { zodResolver } from '@hookform/resolvers/zod'
import type { Widget } from '@leadkeep/client/shapes'
import { Button } from '@leadkeep/ui/Button'
import { Card } from '@leadkeep/ui/Card'
import { Field, inputClass } from '@leadkeep/ui/Field'
import { Failure } from '@leadkeep/ui/Notice'
import { Switch } from '@leadkeep/ui/Switch'
import { Check } from 'lucide-react'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { explain, fieldProblem } from '../../lib/explain.ts'
import { useMay } from '../../session/session.ts'
import { isColour, textOn } from './contrast.ts'
import { Preview } from './Preview.tsx'
import { useSaveWidget } from './useSaveWidget.ts'

const shape = z.object({
  greeting: z
    .string()
    .check(z.trim(), z.minLength(1, 'Say something friendly.'), z.maxLength(280, 'Keep it under 280 characters.')),
  colour: z.string().check(z.regex(/^#[0-9a-f]{6}$/i, 'Type a colour like #3152d0.')),
  ask_name: z.boolean(),
  ask_email: z.boolean(),
})

const SWATCHES = [
  ['#3152d0', 'Blue'],
  ['#0f766e', 'Teal'],
  ['#1a7037', 'Green'],
  ['#8a5300', 'Amber'],
  ['#c2410c', 'Orange'],
  ['#be185d', 'Pink'],
  ['#6d28d9', 'Violet'],
  ['#1f2937', 'Slate'],
] as const

export function AppearanceCard({ widget }: { widget: Widget }) {
  const mayManage = useMay('widget.manage')
  const { greeting, colour, ask_name, ask_email } = widget
  const form = useForm({ resolver: zodResolver(shape), values: { greeting, colour, ask_name, ask_email } })
  const save = useSaveWidget(widget.id, 'Widget saved')
  const { errors, isDirty } = form.formState
  const now = form.watch()
  const shown = isColour(now.colour) ? now.colour : colour
  const set = (chosen: string) => form.setValue('colour', chosen, { shouldDirty: true, shouldValidate: true })

  return (
    <form noValidate onSubmit={(event) => void form.handleSubmit((values) => save.mutate(values))(event)}>
      <Card
        title="Appearance"
        about="How the widget greets, and what it asks before the first message."
        foot={
          mayManage && (
            <>
              {isDirty && <Button onClick={() => form.reset()}>Discard</Button>}
              <Button type="submit" weight="primary" busy={save.isPending} disabled={!isDirty}>
                Save
              </Button>
            </>
          )
        }
      >
        <div className="grid gap-6 pane:grid-cols-[1fr_15rem]">
          <fieldset disabled={!mayManage} className="flex min-w-0 flex-col gap-4">
            <legend className="sr-only">Appearance</legend>
            <Field label="Greeting" error={errors.greeting?.message ?? fieldProblem(save.error, 'greeting')}>
              {(wiring) => (
                <textarea
                  rows={3}
                  className={`${inputClass} h-auto resize-none py-1.5`}
                  {...wiring}
                  {...form.register('greeting')}
                />
              )}
            </Field>
            <div className="flex flex-col gap-2">
              <Field
                label="Colour"
                error={errors.colour?.message ?? fieldProblem(save.error, 'colour')}
                hint={<Contrast colour={shown} />}
              >
                {(wiring) => (
                  <div className="flex gap-2">
                    <input
                      type="color"
                      aria-label="Pick a colour"
                      value={shown}
                      onChange={(event) => set(event.target.value)}
                      className="h-9 w-11 shrink-0 cursor-pointer rounded-control border border-control bg-surface p-1"
                    />
                    <input
                      spellCheck={false}
                      autoComplete="off"
                      className={`${inputClass} max-w-32 font-mono text-13`}
                      {...wiring}
                      {...form.register('colour')}
                    />
                  </div>
                )}
              </Field>
              <div role="group" aria-label="Colours" className="flex flex-wrap gap-1.5">
                {SWATCHES.map(([value, name]) => (
                  <button
                    key={value}
                    type="button"
                    aria-label={name}
                    title={name}
                    aria-pressed={now.colour === value}
                    onClick={() => set(value)}
                    style={{ backgroundColor: value }}
                    className="flex size-7 items-center justify-center rounded-control text-white"
                  >
                    {now.colour === value && <Check size={14} aria-hidden />}
                  </button>
                ))}
              </div>
            </div>
            <Switch
              label="Ask for a name"
              hint="Visitors may leave it empty."
              checked={now.ask_name}
              disabled={!mayManage}
              onChange={(on) => form.setValue('ask_name', on, { shouldDirty: true })}
            />
            <Switch
              label="Ask for an e-mail address"
              hint="So that you can answer when they have left."
              checked={now.ask_email}
              disabled={!mayManage}
              onChange={(on) => form.setValue('ask_email', on, { shouldDirty: true })}
            />
            {save.isError && <Failure {...explain(save.error)} />}
          </fieldset>
          <Preview greeting={now.greeting} colour={shown} askName={now.ask_name} askEmail={now.ask_email} />
        </div>
      </Card>
    </form>
  )
}

function Contrast({ colour }: { colour: string }) {
  const { text, ratio } = textOn(colour)
  return (
    <>{`${text === '#ffffff' ? 'White' : 'Dark'} text on it: contrast ${ratio.toFixed(1)} to 1${ratio >= 4.5 ? ', easy to read' : ', hard to read'}.`}</>
  )
}
