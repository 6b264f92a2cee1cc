// The snippet to copy, and a light that turns green when the first page with it is opened.
import type { Widget } from '@leadkeep/client/shapes'
import { Button } from '@leadkeep/ui/Button'
import { Card } from '@leadkeep/ui/Card'
import { toast } from '@leadkeep/ui/Toast'
import { CircleCheck, Copy } from 'lucide-react'
import { useId, useState } from 'react'
import { siteName } from '../../lib/text.ts'
import { fullTime, longAgo } from '../../lib/time.ts'
import { useNow } from '../../lib/useNow.ts'

/** Attribute values come from the server; they hold no quotes, and if one ever did it must not break out. */
function quoted(value: string): string {
  return `"${value.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"`
}

type Installed = Pick<Widget, 'id' | 'colour' | 'loader_url' | 'integrity'>

/** One exact version, which browsers check before they run it; older versions stay served. */
export function pinnedSnippet({ id, colour, loader_url, integrity }: Installed): string {
  return [
    `<script async crossorigin="anonymous"`,
    `  src=${quoted(loader_url)}`,
    `  integrity=${quoted(integrity)}`,
    `  data-widget=${quoted(id)} data-colour=${quoted(colour)}></script>`,
  ].join('\n')
}

/** Always the newest version, five minutes after an update at the latest, and nothing to check it by. */
export function shortSnippet({ id, colour, loader_url }: Installed): string {
  const { origin, search } = new URL(loader_url)
  return [
    `<script async`,
    `  src=${quoted(`${origin}/lk/v1.js${search}`)}`,
    `  data-widget=${quoted(id)} data-colour=${quoted(colour)}></script>`,
  ].join('\n')
}

const FORMS = [
  {
    form: 'pinned',
    name: 'Pinned',
    snippet: pinnedSnippet,
    about: 'Browsers refuse any other script in its place. After an update of Leadkeep the old one keeps working.',
  },
  {
    form: 'short',
    name: 'Short',
    snippet: shortSnippet,
    about: 'Follows updates by itself within five minutes. Browsers cannot check what they get.',
  },
] as const

export function InstallCard({ widget }: { widget: Widget }) {
  const [form, setForm] = useState<(typeof FORMS)[number]['form']>('pinned')
  const group = useId()
  const { snippet: build, about } = FORMS.find((each) => each.form === form) ?? FORMS[0]
  const snippet = build(widget)
  return (
    <Card title="Install" about="Paste this before </body> on every page that should have the chat.">
      <fieldset className="mb-2.5 flex flex-wrap items-center gap-2">
        <legend className="sr-only">Form of the snippet</legend>
        <span className="inline-flex rounded-control bg-surface-2 p-0.5">
          {FORMS.map((each) => (
            <label
              key={each.form}
              className="flex h-7 cursor-pointer items-center rounded-[5px] px-3 text-12 font-medium text-muted hover:text-text has-checked:bg-surface has-checked:text-text has-checked:shadow-rise has-focus-visible:outline-2 has-focus-visible:outline-accent-text"
            >
              <input
                type="radio"
                name={group}
                value={each.form}
                checked={form === each.form}
                onChange={() => setForm(each.form)}
                className="sr-only"
              />
              {each.name}
            </label>
          ))}
        </span>
        <Button size="small" className="ms-auto" onClick={() => void copy(snippet)}>
          <Copy size={13} aria-hidden />
          Copy snippet
        </Button>
      </fieldset>
      <pre
        tabIndex={0}
        aria-label="Snippet"
        className="overflow-x-auto rounded-card border border-line bg-bg px-3.5 py-3 font-mono text-12 leading-5 select-all"
      >
        {snippet}
      </pre>
      <p className="mt-2 text-12 text-pretty text-muted">{about}</p>
      <div className="mt-3" role="status">
        <FirstHit widget={widget} />
      </div>
    </Card>
  )
}

async function copy(snippet: string) {
  try {
    await navigator.clipboard.writeText(snippet)
    toast({ text: 'Snippet copied' })
  } catch {
    toast({ tone: 'bad', text: 'The browser did not allow copying' })
  }
}

function FirstHit({ widget }: { widget: Widget }) {
  const now = useNow()
  if (widget.first_hit_at === null) {
    return (
      <div className="flex items-center gap-2.5 rounded-card bg-surface-2 px-3 py-2.5 text-13">
        <span aria-hidden className="relative flex size-2.5">
          <span className="absolute inset-0 animate-ping rounded-full bg-warn-mark opacity-60" />
          <span className="relative size-2.5 rounded-full bg-warn-mark" />
        </span>
        <p>
          <span className="font-medium">Waiting for the first page.</span>{' '}
          <span className="text-muted">
            {widget.allowed_sites.length === 0 && 'Add its site below. '}
            Open a page with the snippet; this turns green by itself.
          </span>
        </p>
      </div>
    )
  }
  return (
    <div className="flex items-center gap-2.5 rounded-card bg-ok-soft px-3 py-2.5 text-13 text-ok">
      <CircleCheck size={16} aria-hidden className="shrink-0" />
      <p>
        <span className="font-semibold">Installed.</span> First seen{' '}
        <time dateTime={widget.first_hit_at} title={fullTime(widget.first_hit_at)}>
          {longAgo(widget.first_hit_at, now)}
        </time>
        {widget.first_hit_site !== null && <> on {siteName(widget.first_hit_site)}</>}.
      </p>
    </div>
  )
}
