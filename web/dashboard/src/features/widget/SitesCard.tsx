// The sites that may show the widget. Nowhere else will a browser load it.
import type { Widget } from '@leadkeep/client/shapes'
import { Button, IconButton } from '@leadkeep/ui/Button'
import { Card } from '@leadkeep/ui/Card'
import { TextField } from '@leadkeep/ui/Field'
import { Failure, Notice } from '@leadkeep/ui/Notice'
import { Globe, Plus, X } from 'lucide-react'
import { useRef, useState, type FormEvent } from 'react'
import { explain } from '../../lib/explain.ts'
import { siteName, siteOrigin } from '../../lib/text.ts'
import { useMay } from '../../session/session.ts'
import { useSaveWidget } from './useSaveWidget.ts'

export function SitesCard({ widget }: { widget: Widget }) {
  const mayManage = useMay('widget.manage')
  const save = useSaveWidget(widget.id, 'Allowed sites saved')
  const [typed, setTyped] = useState('')
  const [problem, setProblem] = useState<string>()
  const field = useRef<HTMLInputElement>(null)
  const sites = widget.allowed_sites

  function add(event: FormEvent) {
    event.preventDefault()
    const origin = siteOrigin(typed)
    if (origin === null) return setProblem('Type a site like shop.example. It has to use https.')
    if (sites.includes(origin)) return setProblem(`${siteName(origin)} is on the list already.`)
    save.mutate({ allowed_sites: [...sites, origin] }, { onSuccess: () => setTyped('') })
    field.current?.focus()
  }

  return (
    <Card
      title="Allowed sites"
      about="Only pages of these sites can show the widget. With and without www are two sites."
    >
      <div className="flex flex-col gap-3">
        {sites.length === 0 && (
          <Notice tone="warn" title="The widget is shown nowhere yet">
            Add the site it belongs on.
          </Notice>
        )}
        {sites.length > 0 && (
          <ul className="divide-y divide-line rounded-card border border-line">
            {sites.map((site) => (
              <li key={site} className="flex min-h-10 items-center gap-2.5 ps-3 pe-1 text-13">
                <Globe size={14} aria-hidden className="shrink-0 text-muted" />
                <span className="min-w-0 flex-1 truncate font-mono text-12">{site}</span>
                {mayManage && (
                  <IconButton
                    label={`Remove ${siteName(site)}`}
                    disabled={save.isPending}
                    onClick={() => save.mutate({ allowed_sites: sites.filter((each) => each !== site) })}
                  >
                    <X size={14} aria-hidden />
                  </IconButton>
                )}
              </li>
            ))}
          </ul>
        )}
        {mayManage && (
          <form noValidate className="flex items-start gap-2" onSubmit={add}>
            <div className="flex-1">
              <TextField
                ref={field}
                label="Add a site"
                placeholder="shop.example"
                inputMode="url"
                autoComplete="off"
                autoCapitalize="off"
                spellCheck={false}
                value={typed}
                error={problem}
                onChange={(event) => {
                  setTyped(event.target.value)
                  setProblem(undefined)
                }}
              />
            </div>
            <Button type="submit" className="mt-6 h-9" busy={save.isPending} disabled={typed.trim() === ''}>
              <Plus size={14} aria-hidden />
              Add
            </Button>
          </form>
        )}
        {save.isError && <Failure {...explain(save.error)} />}
      </div>
    </Card>
  )
}
