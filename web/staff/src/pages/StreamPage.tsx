// Staff's own audit stream.
import type { StaffEntry } from '@leadkeep/client/staff'
import { Loading, Skeleton } from '@leadkeep/ui/Marks'
import { Empty, Failure } from '@leadkeep/ui/Notice'
import { useInfiniteQuery } from '@tanstack/react-query'
import { cell, More, Table } from '../parts/Table.tsx'
import { entriesQuery } from '../queries.ts'
import { explain, fullTime } from '../words.ts'

const WHO: Record<string, string> = { system: 'Command line', nobody: 'Somebody unknown', operator: 'An operator' }

export function StreamPage() {
  const entries = useInfiniteQuery({ ...entriesQuery, staleTime: 0 })
  const all = entries.data?.pages.flatMap((page) => page.data) ?? []
  return (
    <>
      <h1 className="text-20 font-semibold">Audit stream</h1>
      {entries.isError && <Failure {...explain(entries.error)} onRetry={() => void entries.refetch()} />}
      {entries.isPending && (
        <Loading what="entries">
          <Skeleton className="h-64 w-full" />
        </Loading>
      )}
      {entries.data !== undefined && all.length === 0 && <Empty title="Nothing has happened yet" />}
      {all.length > 0 && (
        <Table label="Entries" head={['When', 'What', 'Who', 'To', 'Change']}>
          {all.map((one) => (
            <tr key={one.id}>
              <td className={`${cell} whitespace-nowrap text-muted`}>{fullTime(one.at)}</td>
              <td className={`${cell} font-mono text-12 whitespace-nowrap`}>{one.action.replace('staff.', '')}</td>
              <td data-head="Who" className={`${cell} max-w-48 min-w-32 break-words`}>
                {one.actor_name ?? WHO[one.actor_kind] ?? one.actor_kind}
                {one.masked_ip !== null && <p className="font-mono text-11 text-muted">{one.masked_ip}</p>}
              </td>
              <td data-head="To" className={`${cell} max-w-56 min-w-28 break-words`}>{target(one)}</td>
              <td className={`${cell} max-w-sm min-w-40 text-12 break-words text-muted`}>{change(one.change)}</td>
            </tr>
          ))}
        </Table>
      )}
      <More has={entries.hasNextPage} busy={entries.isFetchingNextPage} onMore={() => void entries.fetchNextPage()} />
    </>
  )
}

function target(entry: StaffEntry): string {
  if (entry.target_name !== null) return entry.target_name
  if (entry.target_kind === 'none') return '–'
  return entry.target_kind.replace('_', ' ')
}

/** What an entry keeps of a change, in a line. */
function change(of: unknown): string {
  if (typeof of !== 'object' || of === null) return ''
  const [old, now] = ['old' in of ? of.old : null, 'new' in of ? of.new : null]
  if (now === null) return old === null ? '' : `was ${words(old)}`
  if (old === null) return words(now)
  // An arrow stands between two states of the same thing only.
  return names(old) === names(now) ? `${words(old)} → ${words(now)}` : `was ${words(old)} · ${words(now)}`
}

const names = (value: unknown) => (typeof value === 'object' && value !== null ? Object.keys(value).join(' ') : '')

/** A moment as people read it; anything else as it is. */
const instant = (value: unknown): string =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? fullTime(value) : String(value)

function words(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value)
  return Object.entries(value)
    .map(([name, each]) => `${name.replaceAll('_', ' ')}: ${instant(each)}`)
    .join(' · ')
}
