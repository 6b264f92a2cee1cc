// The snippet to copy, and a light that turns green when the first page with it is opened.
import type { Widget } from '@leadkeep/client/shapes'
import { Button } from '@leadkeep/ui/Button'
import { Card } from '@leadkeep/ui/Card'
import { toast } from '@leadkeep/ui/Toast'
import { CircleCheck, Copy } from 'lucide-react'
import { siteName } from '../../lib/text.ts'
import { fullTime, longAgo } from '../../lib/time.ts'
import { useNow } from '../../lib/useNow.ts'

/** Attribute values come from the server; they hold no quotes, and if one ever did it must not break out. */
function quoted(value: string): string {
  return `"${value.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"`
}

export function snippetOf(widget: Pick<Widget, 'id' | 'loader_url' | 'integrity'>): string {
  return [
    `<script async src=${quoted(widget.loader_url)}`,
    `  data-widget=${quoted(widget.id)}`,
    `  integrity=${quoted(widget.integrity)}`,
    `  crossorigin="anonymous"></script>`,
  ].join('\n')
}

export function InstallCard({ widget }: { widget: Widget }) {
  const snippet = snippetOf(widget)
  async function copy() {
    try {
      await navigator.clipboard.writeText(snippet)
      toast({ text: 'Snippet copied' })
    } catch {
      toast({ tone: 'bad', text: 'The browser did not allow copying' })
    }
  }
  return (
    <Card
      title="Install"
      about="Paste this before </body> on every page that should have the chat. The integrity value makes browsers refuse any other script in its place."
      aside={
        <Button size="small" onClick={() => void copy()}>
          <Copy size={13} aria-hidden />
          Copy snippet
        </Button>
      }
    >
      <pre
        tabIndex={0}
        aria-label="Snippet"
        className="overflow-x-auto rounded-card border border-line bg-bg px-3.5 py-3 font-mono text-12 leading-5 select-all"
      >
        {snippet}
      </pre>
      <div className="mt-3" role="status">
        <FirstHit widget={widget} />
      </div>
    </Card>
  )
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
          <span className="text-muted">Open a page with the snippet; this turns green by itself.</span>
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
