// The rows of the log. Only those in sight are in the document, however many were read.
import type { AuditAction, AuditEntry } from '@leadkeep/client/shapes'
import { useEffect, useState, type KeyboardEvent, type RefObject } from 'react'
import { fullTime } from '../../lib/time.ts'
import { useMedia } from '../../lib/useMedia.ts'
import { useOperators } from '../../session/operators.ts'
import { nameOf } from './names.ts'

/** How high a row is; on a phone it has two lines. */
const ONE_LINE = 36
const TWO_LINES = 56
/** Rows beyond the edge of sight, so that a fast wheel shows no holes. */
const BEYOND = 12

/** As many columns as there is room for beside an open entry. */
export const COLUMNS =
  'grid grid-cols-[10rem_minmax(0,9rem)_minmax(0,1fr)] gap-x-4 @4xl:grid-cols-[10rem_minmax(7rem,12rem)_minmax(0,1fr)_minmax(7rem,12rem)_8rem] max-pane:grid-cols-[minmax(0,1fr)_auto]'

type Props = {
  /** The list itself, which keeps the focus while rows come and go. */
  box: RefObject<HTMLDivElement | null>
  entries: readonly AuditEntry[]
  actions: readonly AuditAction[]
  selected: string | undefined
  /** Everything up to this entry was reviewed. */
  reviewed: string | undefined
  /** Shows an entry beside the list, or none. */
  onSelect: (id: string | undefined) => void
  /** Goes into the entry that is shown. */
  onEnter: () => void
  onEnd: () => void
}

export function EntryList({ box, entries, actions, selected, reviewed, onSelect, onEnter, onEnd }: Props) {
  const row = useMedia('(max-width: 719.98px)') ? TWO_LINES : ONE_LINE
  const [top, setTop] = useState(0)
  const [height, setHeight] = useState(600)
  useEffect(() => {
    const element = box.current
    if (element === null) return
    const observer = new ResizeObserver(() => setHeight(element.clientHeight))
    observer.observe(element)
    return () => observer.disconnect()
  }, [box])
  const first = Math.max(0, Math.floor(top / row) - BEYOND)
  const last = Math.min(entries.length, Math.ceil((top + height) / row) + BEYOND)
  const near = last >= entries.length - 2 * BEYOND
  useEffect(() => {
    if (near) onEnd()
  }, [near, entries.length, onEnd])

  const at = entries.findIndex((each) => each.id === selected)
  function go(to: number) {
    const entry = entries[to]
    const element = box.current
    if (entry === undefined || element === null) return
    onSelect(entry.id)
    if (to * row < element.scrollTop) element.scrollTop = to * row
    if ((to + 1) * row > element.scrollTop + element.clientHeight) element.scrollTop = (to + 1) * row - element.clientHeight
  }
  function onKeyDown(event: KeyboardEvent) {
    const page = Math.max(1, Math.floor(height / row) - 1)
    const steps: { readonly [key: string]: number } = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page }
    const step = steps[event.key]
    if (step !== undefined) {
      event.preventDefault()
      go(Math.min(entries.length - 1, Math.max(0, at + step)))
    } else if (event.key === 'Home') {
      event.preventDefault()
      go(0)
    } else if (event.key === 'Enter' && at >= 0) {
      event.preventDefault()
      onEnter()
    } else if (event.key === 'Escape') onSelect(undefined)
  }
  return (
    <div
      ref={box}
      role="listbox"
      aria-label="Entries"
      aria-activedescendant={selected === undefined ? undefined : `entry-${selected}`}
      tabIndex={0}
      className="relative min-h-0 flex-1 overflow-y-auto"
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      onKeyDown={onKeyDown}
    >
      <div style={{ height: entries.length * row }}>
        <div style={{ height: first * row }} />
        {entries.slice(first, last).map((entry) => (
          <Row
            key={entry.id}
            entry={entry}
            meaning={actions.find((each) => each.name === entry.action)?.meaning}
            selected={entry.id === selected}
            reviewedHere={entry.id === reviewed}
            onSelect={(id) => {
              onSelect(id)
              // A row that had the focus would take it away with it when it is scrolled out of sight.
              box.current?.focus({ preventScroll: true })
            }}
          />
        ))}
      </div>
    </div>
  )
}

type RowProps = {
  entry: AuditEntry
  meaning: string | undefined
  selected: boolean
  reviewedHere: boolean
  onSelect: (id: string) => void
}

function Row({ entry, meaning, selected, reviewedHere, onSelect }: RowProps) {
  const operators = useOperators()
  return (
    <div
      id={`entry-${entry.id}`}
      role="option"
      aria-selected={selected}
      tabIndex={-1}
      className={`${COLUMNS} h-9 max-pane:h-14 max-pane:content-center max-pane:gap-y-0.5 cursor-default items-center border-b border-line/60 px-4 text-13 hover:bg-surface-2 aria-selected:bg-accent-soft ${reviewedHere ? 'border-t-2 border-t-ok' : ''}`}
      onClick={() => onSelect(entry.id)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') onSelect(entry.id)
      }}
    >
      <time dateTime={entry.at} title={fullTime(entry.at)} className="font-mono text-12 text-muted tabular-nums max-pane:order-2">
        {utc(entry.at)}
      </time>
      <span className="truncate max-pane:order-3 max-pane:col-span-2 max-pane:text-12 max-pane:text-muted">
        {nameOf(entry.actor, operators)}
      </span>
      <span className="truncate" title={meaning}>
        {reviewedHere && <span className="sr-only">Reviewed up to here. </span>}
        <span className="font-mono text-12">{entry.action}</span>
        <span className="text-muted max-pane:hidden"> {meaning}</span>
      </span>
      <span className="hidden truncate text-muted @4xl:block">{nameOf(entry.target, operators)}</span>
      <span className="hidden truncate font-mono text-12 text-muted @4xl:block">{entry.masked_ip ?? ''}</span>
    </div>
  )
}

/** To the second, in UTC; the local time is the tooltip. */
export const utc = (at: string): string => at.slice(0, 19).replace('T', ' ')
