// Above the log: how far it was reviewed, kept views, and the way out as a file.
import { unwrap } from '@leadkeep/client/api'
import type { AuditEntry } from '@leadkeep/client/shapes'
import { Button, IconButton, iconButtonClass } from '@leadkeep/ui/Button'
import { Dialog } from '@leadkeep/ui/Dialog'
import { TextField } from '@leadkeep/ui/Field'
import { Chip } from '@leadkeep/ui/Marks'
import { Menu, MenuGroup, MenuItem, MenuLine } from '@leadkeep/ui/Menu'
import { Failure } from '@leadkeep/ui/Notice'
import { toast } from '@leadkeep/ui/Toast'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Bookmark, Check, Download, Link2, RadioTower } from 'lucide-react'
import { useState } from 'react'
import { explain, toastFailure } from '../../lib/explain.ts'
import { fullTime, longAgo } from '../../lib/time.ts'
import { useNow } from '../../lib/useNow.ts'
import { paths } from '../../lib/paths.ts'
import { operatorName, useOperators } from '../../session/operators.ts'
import { api, useMay } from '../../session/session.ts'
import type { Proved } from './EntryDetail.tsx'
import { download, type Form } from './download.ts'
import type { Asked } from './query.ts'
import { reviewQuery, treeQuery, viewsQuery } from './queries.ts'

type Props = {
  query: string
  asked: Asked
  newest: AuditEntry | undefined
  proved: Proved
  onQuery: (query: string) => void
}

export function LogHead({ query, asked, newest, proved, onQuery }: Props) {
  return (
    <header className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 pt-4 pb-3">
      <h1 className="text-20 font-semibold">Audit log</h1>
      <Signed />
      <Reviewed newest={newest} filtered={query !== ''} />
      <span className="flex-1" />
      <div className="flex items-center gap-3 max-pane:-mx-2 max-pane:basis-full">
        <Views query={query} onQuery={onQuery} />
        <Export asked={asked} narrowed={query !== ''} proved={proved} />
        <Streams />
      </div>
    </header>
  )
}

/** A minute without a checkpoint is not the pause between two of them. */
const LATE = 60_000

/** How far the tree is signed. It is what the server says of itself, so it is never green. */
function Signed() {
  const now = useNow()
  const tree = useQuery(treeQuery).data
  if (tree === undefined || (tree.entries === 0 && tree.waiting === 0)) return null
  const late = tree.waiting_since !== null && now - Date.parse(tree.waiting_since) > LATE
  if (late) {
    return (
      <span title={`The oldest was entered ${fullTime(tree.waiting_since ?? '')}`}>
        <Chip tone="warn" icon={<Link2 size={12} aria-hidden />}>
          {tree.waiting} {tree.waiting === 1 ? 'entry waits' : 'entries wait'} to be signed
        </Chip>
      </span>
    )
  }
  return (
    <span title={tree.signed_at === null ? undefined : `Newest checkpoint of ${tree.origin}: ${fullTime(tree.signed_at)}`}>
      <Chip icon={<Link2 size={12} aria-hidden />}>{tree.entries.toLocaleString('en')} entries signed</Chip>
    </span>
  )
}

function Reviewed({ newest, filtered }: { newest: AuditEntry | undefined; filtered: boolean }) {
  const cache = useQueryClient()
  const now = useNow()
  const operators = useOperators()
  const review = useQuery(reviewQuery).data
  const mark = useMutation({
    mutationFn: (until: string) => unwrap(api.POST('/api/v1/audit/review', { body: { until } })),
    onSuccess: (fresh) => cache.setQueryData(reviewQuery.queryKey, fresh),
    onError: toastFailure('The mark could not be moved'),
  })
  if (review === undefined) return null
  const behind = newest !== undefined && (review === null || review.until < newest.id)
  return (
    <>
      {review === null ? (
        <Chip>Never reviewed</Chip>
      ) : (
        <span title={`${fullTime(review.until_at)}, said ${fullTime(review.at)}`}>
          <Chip tone="ok" icon={<Check size={12} aria-hidden />}>
            Reviewed to {fullTime(review.until_at)} by {operatorName(operators, review.by)}, {longAgo(review.at, now)}
          </Chip>
        </span>
      )}
      {behind && !filtered && (
        <Button size="small" busy={mark.isPending} onClick={() => mark.mutate(newest.id)}>
          Reviewed until here
        </Button>
      )}
    </>
  )
}

function Views({ query, onQuery }: { query: string; onQuery: (query: string) => void }) {
  const cache = useQueryClient()
  const views = useQuery(viewsQuery).data ?? []
  const [naming, setNaming] = useState(false)
  const [name, setName] = useState('')
  const again = () => cache.invalidateQueries({ queryKey: viewsQuery.queryKey })
  const save = useMutation({
    mutationFn: () => unwrap(api.POST('/api/v1/audit-views', { body: { name: name.trim(), query } })),
    onSuccess: () => {
      setNaming(false)
      setName('')
      return again()
    },
  })
  const remove = useMutation({
    mutationFn: (id: string) => unwrap(api.DELETE('/api/v1/audit-views/{id}', { params: { path: { id } } })),
    onSuccess: again,
    onError: toastFailure('The view could not be taken away'),
  })
  const current = views.find((each) => each.query === query)
  return (
    <>
      <Menu
        align="end"
        trigger={
          <IconButton label="Views" className="w-auto gap-1.5 px-2 text-13 font-medium">
            <Bookmark size={15} aria-hidden />
            {current?.name ?? 'Views'}
          </IconButton>
        }
      >
        {views.length > 0 && (
          <>
            <MenuGroup label="Your views">
              {views.map((each) => (
                <MenuItem key={each.id} checked={each.id === current?.id} onSelect={() => onQuery(each.query)}>
                  {each.name}
                </MenuItem>
              ))}
            </MenuGroup>
            <MenuLine />
          </>
        )}
        <MenuItem disabled={query === '' || current !== undefined} onSelect={() => setNaming(true)}>
          {query === '' && views.length === 0 ? 'Narrow the log down to keep a view' : 'Keep this view…'}
        </MenuItem>
        {current !== undefined && (
          <MenuItem danger onSelect={() => remove.mutate(current.id)}>
            Take “{current.name}” away
          </MenuItem>
        )}
      </Menu>
      <Dialog
        open={naming}
        onOpenChange={setNaming}
        title="Keep this view"
        description="It is kept for you alone, in this workspace."
        footer={
          <>
            <Button onClick={() => setNaming(false)}>Cancel</Button>
            <Button type="submit" form="keep-view" weight="primary" busy={save.isPending} disabled={name.trim() === ''}>
              Keep
            </Button>
          </>
        }
      >
        <form
          id="keep-view"
          noValidate
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault()
            save.mutate()
          }}
        >
          {save.isError && <Failure {...explain(save.error)} />}
          <TextField label="Name" maxLength={60} value={name} hint={query} onChange={(event) => setName(event.target.value)} />
        </form>
      </Dialog>
    </>
  )
}

function Streams() {
  if (!useMay('audit.stream')) return null
  return (
    <Link {...paths.auditStreams()} className={`${iconButtonClass} w-auto gap-1.5 px-2 text-13 font-medium`}>
      <RadioTower size={15} aria-hidden />
      Streams
    </Link>
  )
}

function Export({ asked, narrowed, proved }: { asked: Asked; narrowed: boolean; proved: Proved }) {
  const save = useMutation({
    mutationFn: (form: Form) => proved(() => download(asked, form)),
    onSuccess: () => toast({ text: 'The log was exported', detail: 'That it was is entered, too.' }),
    onError: (error) => {
      if (error.name !== 'Declined') toastFailure('The log could not be exported')(error)
    },
  })
  return (
    <Menu
      align="end"
      trigger={
        <IconButton label="Export" disabled={save.isPending} className="w-auto gap-1.5 px-2 text-13 font-medium">
          <Download size={15} aria-hidden />
          {save.isPending ? 'Exporting…' : 'Export'}
        </IconButton>
      }
    >
      <MenuGroup label={narrowed ? 'What is shown' : 'The whole log'}>
        <MenuItem onSelect={() => save.mutate('jsonl')}>Lines of JSON</MenuItem>
        <MenuItem onSelect={() => save.mutate('ocsf')}>OCSF events</MenuItem>
      </MenuGroup>
    </Menu>
  )
}
