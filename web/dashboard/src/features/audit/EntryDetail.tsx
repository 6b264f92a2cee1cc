// One entry: who, what, to what, from where, and what changed, field by field.
import { unwrap } from '@leadkeep/client/api'
import type { AuditEntry } from '@leadkeep/client/shapes'
import { Button, IconButton } from '@leadkeep/ui/Button'
import { Loading, Skeleton } from '@leadkeep/ui/Marks'
import { Failure, Notice } from '@leadkeep/ui/Notice'
import { useMutation, useQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { useEffect, useEffectEvent, type ReactNode, type RefObject } from 'react'
import { explain } from '../../lib/explain.ts'
import { fullTime } from '../../lib/time.ts'
import { useOperators } from '../../session/operators.ts'
import { api } from '../../session/session.ts'
import { utc } from './EntryList.tsx'
import { nameOf } from './names.ts'
import { actionsQuery, entryQuery } from './queries.ts'
import { Verified } from './Verified.tsx'

export type Proved = <T>(work: () => Promise<T>) => Promise<T>

type Props = {
  box: RefObject<HTMLElement | null>
  id: string
  known: AuditEntry | undefined
  proved: Proved
  onNarrow: (term: string) => void
  onClose: () => void
}

export function EntryDetail({ box, id, known, proved, onNarrow, onClose }: Props) {
  const asked = useQuery({ ...entryQuery(id), enabled: known === undefined })
  const entry = known ?? asked.data
  const close = useEffectEvent(onClose)
  useEffect(() => {
    const element = box.current
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') close()
    }
    element?.addEventListener('keydown', onKey)
    return () => element?.removeEventListener('keydown', onKey)
  }, [box])
  return (
    <section
      ref={box}
      aria-label="Entry"
      tabIndex={-1}
      className="flex w-96 shrink-0 flex-col overflow-y-auto border-s border-line bg-surface max-drawer:absolute max-drawer:inset-y-0 max-drawer:end-0 max-drawer:z-30 max-drawer:shadow-lift max-pane:w-full"
    >
      <header className="flex h-12 shrink-0 items-center justify-between border-b border-line ps-4 pe-2">
        <h2 className="truncate font-mono text-13 font-semibold">{entry?.action ?? 'Entry'}</h2>
        <IconButton label="Close" onClick={onClose}>
          <X size={16} aria-hidden />
        </IconButton>
      </header>
      {entry === undefined && asked.isPending && (
        <Loading what="the entry">
          <Skeleton className="m-4 h-40" />
        </Loading>
      )}
      {asked.isError && (
        <div className="p-4">
          <Failure {...explain(asked.error)} onRetry={() => void asked.refetch()} />
        </div>
      )}
      {entry !== undefined && <Facts key={entry.id} entry={entry} proved={proved} onNarrow={onNarrow} />}
    </section>
  )
}

function Facts({ entry, proved, onNarrow }: { entry: AuditEntry; proved: Proved; onNarrow: (term: string) => void }) {
  const operators = useOperators()
  const meaning = useQuery(actionsQuery).data?.find((each) => each.name === entry.action)?.meaning
  return (
    <div className="flex flex-col gap-4 p-4 text-13">
      {meaning !== undefined && <p>{meaning}</p>}
      <dl className="grid grid-cols-[6rem_minmax(0,1fr)] gap-x-3 gap-y-2">
        <Fact name="When">
          <time dateTime={entry.at} className="font-mono text-12 tabular-nums">
            {utc(entry.at)} UTC
          </time>
          <span className="block text-12 text-muted">{fullTime(entry.at)} here</span>
        </Fact>
        <Fact name="Who">
          <Narrow words={nameOf(entry.actor, operators)} term={`actor:${entry.actor.id ?? entry.actor.kind}`} onNarrow={onNarrow} />
        </Fact>
        <Fact name="To what">
          {entry.target.kind === 'none' ? (
            <span className="text-muted">nothing that has an id</span>
          ) : (
            <Narrow words={nameOf(entry.target, operators)} term={`target:${entry.target.id ?? entry.target.kind}`} onNarrow={onNarrow} />
          )}
        </Fact>
        <Fact name="From">
          <Address entry={entry} proved={proved} />
        </Fact>
        {entry.user_agent !== null && (
          <Fact name="With">
            {entry.device}
            <span className="block text-12 wrap-anywhere text-muted">{entry.user_agent}</span>
          </Fact>
        )}
        <Fact name="Request">
          <Narrow words={entry.request_id} term={`request:${entry.request_id}`} onNarrow={onNarrow} mono />
        </Fact>
        <Fact name="Entry">
          <span className="font-mono text-12 wrap-anywhere">{entry.id}</span>
        </Fact>
      </dl>
      <Change entry={entry} />
      <Verified key={entry.id} entry={entry} />
    </div>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  )
}

function Narrow({ words, term, mono, onNarrow }: { words: string; term: string; mono?: boolean; onNarrow: (term: string) => void }) {
  return (
    <button
      type="button"
      title={`Show only ${term}`}
      className={`text-start wrap-anywhere text-accent-text hover:underline ${mono === true ? 'font-mono text-12' : ''}`}
      onClick={() => onNarrow(term)}
    >
      {words}
    </button>
  )
}

/** Masked until somebody asks for the whole, proves who they are, and is entered as having looked. */
function Address({ entry, proved }: { entry: AuditEntry; proved: Proved }) {
  const unmask = useMutation({
    mutationFn: () =>
      proved(() => unwrap(api.POST('/api/v1/audit/{id}/address', { params: { path: { id: entry.id } } }))),
  })
  if (entry.masked_ip === null) return <span className="text-muted">Leadkeep itself</span>
  if (unmask.isSuccess) return <span className="font-mono text-12">{unmask.data.ip}</span>
  const declined = unmask.error instanceof Error && unmask.error.name === 'Declined'
  return (
    <span className="flex flex-wrap items-center gap-2">
      <span className="font-mono text-12">{entry.masked_ip}</span>
      <Button size="small" busy={unmask.isPending} onClick={() => unmask.mutate()}>
        Unmask
      </Button>
      {unmask.isError && !declined && <Failure {...explain(unmask.error)} />}
      <span className="basis-full text-12 text-muted">Looking at the whole address is entered in the log.</span>
    </span>
  )
}

function Change({ entry }: { entry: AuditEntry }) {
  if (entry.payload === 'destroyed')
    return <Notice tone="info">What changed can no longer be read: its key was destroyed.</Notice>
  if (entry.payload === 'damaged')
    return <Notice tone="bad">What changed does not open: somebody altered this entry in the database.</Notice>
  const fields = [...new Set([...Object.keys(entry.old ?? {}), ...Object.keys(entry.new ?? {})])]
  if (fields.length === 0) return <p className="text-muted">Nothing more is entered for this action.</p>
  return (
    <table className="w-full table-fixed text-12">
      <caption className="pb-1 text-start text-13 font-semibold">What changed</caption>
      <tbody>
        {fields.map((field) => (
          <tr key={field} className="border-t border-line align-top">
            <th scope="row" className="w-28 py-1.5 pe-2 text-start font-medium wrap-anywhere">
              {field}
            </th>
            <td className="py-1.5 font-mono">
              <Side sign="−" name="before" value={entry.old?.[field]} tone="bg-bad-soft text-bad" />
              <Side sign="+" name="after" value={entry.new?.[field]} tone="bg-ok-soft text-ok" />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Side({ sign, name, value, tone }: { sign: string; name: string; value: unknown; tone: string }) {
  if (value === undefined) return null
  return (
    <p className={`my-0.5 rounded-[4px] px-1.5 py-0.5 wrap-anywhere ${tone}`}>
      <span aria-hidden>{sign} </span>
      <span className="sr-only">{name}: </span>
      {typeof value === 'string' ? value : JSON.stringify(value)}
    </p>
  )
}
