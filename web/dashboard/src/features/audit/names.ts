// Names for what an entry names.
import type { AuditEntry, Operator } from '@leadkeep/client/shapes'
import { operatorName } from '../../session/operators.ts'

const KIND: { readonly [kind: string]: string } = {
  api_key: 'API key',
  nobody: 'Nobody known',
  system: 'Leadkeep itself',
  none: '',
  one_time_link: 'link',
}

type Named = AuditEntry['actor']

const kindName = (kind: string): string => {
  const words = KIND[kind] ?? kind.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** The last characters are enough to tell two ids on a page apart. */
const short = (id: string) => `…${id.slice(-6)}`

export function nameOf(named: Named, operators: readonly Operator[]): string {
  if (named.kind === 'operator' && named.id !== null && operators.some((each) => each.id === named.id))
    return operatorName(operators, named.id)
  if (named.name !== null) return `${named.name} (${named.kind})`
  return named.id === null ? kindName(named.kind) : `${kindName(named.kind)} ${short(named.id)}`
}
