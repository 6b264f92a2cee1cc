// A table that stays within the page on a narrow screen.
import { Button } from '@leadkeep/ui/Button'
import type { ReactNode } from 'react'

export function Table({ label, head, children }: { label: string; head: readonly string[]; children: ReactNode }) {
  return (
    <section aria-label={label} tabIndex={0} className="overflow-x-auto rounded-card border border-line bg-surface">
      <table className="w-full border-collapse text-start text-13">
        <thead>
          <tr className="border-b border-line text-12 text-muted">
            {head.map((name) => (
              <th key={name} scope="col" className="px-4 py-2.5 text-start font-medium whitespace-nowrap">
                {name === '' ? <span className="sr-only">Actions</span> : name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">{children}</tbody>
      </table>
    </section>
  )
}

export const cell = 'px-4 py-2.5 align-top'

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
