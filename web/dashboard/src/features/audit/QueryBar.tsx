// The query bar: terms as chips, and completion of what is being typed.
import type { AuditAction, Operator } from '@leadkeep/client/shapes'
import { Search, X } from 'lucide-react'
import { useId, useState, type KeyboardEvent } from 'react'
import { useOperators } from '../../session/operators.ts'
import { ABOUT, FIELDS, isField, isId, parse, print, without, type Term } from './query.ts'

const ACTORS = ['operator', 'visitor', 'api_key', 'person', 'nobody', 'system']
const TARGETS = ['conversation', 'message', 'contact', 'operator', 'person', 'session', 'workspace', 'widget', 'api_key', 'invitation']
/** No more offers than fit. */
const MOST = 8

type Offer = { text: string; about: string }

function offers(word: string, actions: readonly AuditAction[], operators: readonly Operator[]): Offer[] {
  const at = word.indexOf(':')
  if (at < 0) {
    const fits = FIELDS.filter((field) => field.startsWith(word.toLowerCase()))
    return fits.map((field) => ({ text: `${field}:`, about: ABOUT[field] }))
  }
  const field = word.slice(0, at)
  const value = word.slice(at + 1).toLowerCase()
  const all = (): Offer[] => {
    if (field === 'action') return actions.map(({ name, meaning }) => ({ text: `action:${name}`, about: meaning }))
    if (field === 'actor')
      return [
        ...operators.map(({ id, name }) => ({ text: `actor:${id}`, about: name })),
        ...ACTORS.map((kind) => ({ text: `actor:${kind}`, about: 'a kind of actor' })),
      ]
    if (field === 'target') return TARGETS.map((kind) => ({ text: `target:${kind}`, about: 'a kind of thing' }))
    return []
  }
  const fits = ({ text, about }: Offer) =>
    text.slice(field.length + 1).includes(value) || (field === 'actor' && about.toLowerCase().includes(value))
  return all().filter(fits).slice(0, MOST)
}

/** Whether what was typed asks for something that there is. */
function isWhole(text: string, actions: readonly AuditAction[]): boolean {
  const [term] = parse(text).terms
  if (term === undefined) return false
  const { field, value } = term
  if (field === 'action') return actions.some(({ name }) => name === value || name.startsWith(`${value}.`))
  if (field === 'actor') return isId(value) || ACTORS.includes(value)
  if (field === 'target') return isId(value) || TARGETS.includes(value)
  return true
}

type Props = { query: string; actions: readonly AuditAction[]; onChange: (query: string) => void }

export function QueryBar({ query, actions, onChange }: Props) {
  const operators = useOperators()
  const list = useId()
  const [text, setText] = useState('')
  const [open, setOpen] = useState(false)
  const [active, setActive] = useState(0)
  const { terms } = parse(query)
  const found = open ? offers(text, actions, operators) : []
  const chosen = found[Math.min(active, found.length - 1)]

  function take(word: string) {
    const { terms: fresh } = parse(word)
    if (fresh.length === 0) {
      setText(word)
      setActive(0)
      return
    }
    onChange(print(parse(`${query} ${word}`).terms))
    setText('')
    setActive(0)
  }
  function onKeyDown(event: KeyboardEvent) {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      setOpen(true)
      const step = event.key === 'ArrowDown' ? 1 : -1
      setActive((before) => Math.min(Math.max(0, before + step), Math.max(0, found.length - 1)))
    } else if (event.key === 'Enter' || (event.key === 'Tab' && text !== '' && chosen !== undefined)) {
      if (text === '' && event.key === 'Tab') return
      event.preventDefault()
      // What was typed whole counts as it is, unless an offer was walked to.
      if (event.key === 'Enter' && active === 0 && isWhole(text, actions)) take(text)
      else if (chosen !== undefined) take(chosen.text)
    } else if (event.key === 'Escape') setOpen(false)
    else if (event.key === 'Backspace' && text === '') {
      const last = terms.at(-1)
      if (last !== undefined) onChange(without(query, last.field))
    }
  }
  return (
    <div className="relative min-w-0 flex-1">
      <div className="flex min-h-9 flex-wrap items-center gap-1.5 rounded-control border border-control bg-surface px-2 py-1 shadow-rise focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-accent">
        <Search size={15} aria-hidden className="text-muted" />
        {terms.map((term) => (
          <TermChip key={term.field} term={term} operators={operators} onRemove={() => onChange(without(query, term.field))} />
        ))}
        <input
          role="combobox"
          aria-label="Narrow the log down"
          aria-expanded={found.length > 0}
          aria-controls={list}
          aria-autocomplete="list"
          aria-activedescendant={chosen === undefined ? undefined : `${list}-${chosen.text}`}
          autoComplete="off"
          spellCheck={false}
          placeholder={terms.length === 0 ? 'actor: action: target: after: before: request:' : ''}
          className="h-6 min-w-24 flex-1 bg-transparent text-13 outline-none"
          value={text}
          onFocus={() => setOpen(true)}
          onBlur={() => setOpen(false)}
          onChange={(event) => {
            setText(event.target.value.trimStart())
            setActive(0)
            setOpen(true)
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div id={list} role="listbox" aria-label="Offers" className={`pop absolute inset-x-0 top-full z-50 mt-1 max-h-80 overflow-y-auto rounded-card border border-line bg-surface p-1 text-13 shadow-lift ${found.length === 0 ? 'hidden' : ''}`}>
        {found.map((offer) => (
          <div
            key={offer.text}
            id={`${list}-${offer.text}`}
            role="option"
            aria-selected={offer === chosen}
            tabIndex={-1}
            className="flex min-h-8 items-center gap-3 rounded-[5px] px-2 py-1 aria-selected:bg-surface-2"
            onPointerDown={(event) => {
              event.preventDefault()
              take(offer.text)
            }}
          >
            <span className="shrink-0 font-mono text-12">{offer.text}</span>
            <span className="truncate text-12 text-muted">{offer.about}</span>
          </div>
        ))}
      </div>
    </div>
  )
}

function TermChip({ term, operators, onRemove }: { term: Term; operators: readonly Operator[]; onRemove: () => void }) {
  const name = isField(term.field) && term.field === 'actor' ? operators.find((each) => each.id === term.value)?.name : undefined
  return (
    <span className="inline-flex h-6 max-w-72 items-center gap-1 rounded-[5px] bg-accent-soft ps-2 text-12 text-accent-text">
      <span className="truncate">
        {term.field}: {name ?? term.value}
      </span>
      <button
        type="button"
        aria-label={`Take ${term.field} out`}
        className="inline-flex size-6 shrink-0 items-center justify-center rounded-[5px] hover:bg-surface-2"
        onClick={onRemove}
      >
        <X size={12} aria-hidden />
      </button>
    </span>
  )
}
