// The words of the query bar: `actor:… action:… target:… after:… before:… request:…`, and what they ask the server.

export const FIELDS = ['actor', 'action', 'target', 'after', 'before', 'request'] as const
export type Field = (typeof FIELDS)[number]
export type Term = { field: Field; value: string }

export const ABOUT: Record<Field, string> = {
  actor: 'who did it: a colleague, or a kind such as visitor',
  action: 'what was done: auth.signed_in, or a noun such as auth',
  target: 'to what: an id, or a kind such as conversation',
  after: 'from this day on: 2026-11-01',
  before: 'before this day: 2026-12-01',
  request: 'in one request: its id',
}

export const isField = (word: string): word is Field => FIELDS.some((each) => each === word)

/** The terms of a text, and the words that are none. A later term of a field replaces an earlier one. */
export function parse(text: string): { terms: Term[]; rest: string[] } {
  const terms = new Map<Field, Term>()
  const rest: string[] = []
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const at = word.indexOf(':')
    const field = word.slice(0, Math.max(at, 0))
    const value = word.slice(at + 1)
    if (at > 0 && isField(field) && value !== '') {
      terms.delete(field)
      terms.set(field, { field, value })
    } else rest.push(word)
  }
  return { terms: [...terms.values()], rest }
}

export const print = (terms: readonly Term[]): string => terms.map(({ field, value }) => `${field}:${value}`).join(' ')

export const without = (text: string, field: Field): string => print(parse(text).terms.filter((each) => each.field !== field))

export type Asked = {
  actor?: string
  actor_kind?: string
  action?: string
  target?: string
  target_kind?: string
  from?: string
  to?: string
  request_id?: string
}

export const isId = (value: string) => /^[a-z]{3}_[0-9a-hjkmnp-tv-z]{26}$/.test(value)

/** A day or an instant as an instant in UTC; `undefined` for text that is neither. */
export function instant(value: string): string | undefined {
  if (!/^\d{4}-\d{2}-\d{2}(T[\d:.]+Z?)?$/.test(value)) return undefined
  const at = new Date(value.includes('T') && !value.endsWith('Z') ? `${value}Z` : value)
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString()
}

/** What the terms ask the server; terms that make no sense are named. */
export function asked(text: string): { asked: Asked; wrong: string[] } {
  const out: Asked = {}
  const { terms, rest } = parse(text)
  const wrong = [...rest]
  for (const { field, value } of terms) {
    if (field === 'actor') {
      if (isId(value)) out.actor = value
      else out.actor_kind = value
    } else if (field === 'target') {
      if (isId(value)) out.target = value
      else out.target_kind = value
    } else if (field === 'action') out.action = value
    else if (field === 'request') out.request_id = value
    else {
      const at = instant(value)
      if (at === undefined) wrong.push(`${field}:${value}`)
      else if (field === 'after') out.from = at
      else out.to = at
    }
  }
  return { asked: out, wrong }
}
