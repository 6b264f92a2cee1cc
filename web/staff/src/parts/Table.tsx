// A table; on a phone, a list of its rows.
import { Button } from '@leadkeep/ui/Button'
import type { ReactNode } from 'react'

export function Table({ label, head, children }: { label: string; head: readonly string[]; children: ReactNode }) {
  return (
    <section
      aria-label={label}
      tabIndex={0}
      className="relative overflow-x-auto rounded-card border border-line bg-surface"
    >
      <table className="w-full border-collapse text-start text-13 max-pane:block">
        <thead className="max-pane:sr-only">
          <tr className="border-b border-line text-12 text-muted">
            {head.map((name) => (
              <th key={name} scope="col" className="px-4 py-2.5 text-start font-medium whitespace-nowrap">
                {name === '' ? <span className="sr-only">Actions</span> : name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line max-pane:block max-pane:[&>tr]:block max-pane:[&>tr]:py-2">{children}</tbody>
      </table>
    </section>
  )
}

/** On a phone a row is a block, each cell a line that begins with the name of its column. */
export const cell =
  'px-4 py-2.5 align-top max-pane:block max-pane:max-w-none! max-pane:py-1 max-pane:text-start! max-pane:whitespace-normal! max-pane:data-head:before:me-2 max-pane:data-head:before:text-12 max-pane:data-head:before:text-muted max-pane:data-head:before:content-[attr(data-head)]'

type MoreProps = { has: boolean; busy: boolean; onMore: () => void }

export function More({ has, busy, onMore }: MoreProps) {
  if (!has) return null
  return (
    <div className="flex justify-center">
      <Button busy={busy} onClick={onMore}>
        Show more
      </Button>
    </div>
  )
}
