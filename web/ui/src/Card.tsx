// A card for one topic: title, a line about it, content, and a foot for its actions.
import type { ReactNode } from 'react'

type CardProps = { title: string; about?: ReactNode; aside?: ReactNode; children: ReactNode; foot?: ReactNode }

export function Card({ title, about, aside, children, foot }: CardProps) {
  return (
    <section className="rounded-card border border-line bg-surface">
      <header className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 px-5 pt-4">
        <div className={`min-w-0 flex-1 ${about === undefined ? 'basis-28' : 'basis-56'}`}>
          <h2 className="text-14 font-semibold">{title}</h2>
          {about !== undefined && <p className="mt-0.5 text-13 text-pretty text-muted">{about}</p>}
        </div>
        {aside}
      </header>
      {/* Empty but for dialogs, which are elsewhere: then only what sets the foot apart. */}
      <div className="px-5 py-4 empty:pt-0">{children}</div>
      {foot !== undefined && (
        <footer className="flex flex-wrap items-center justify-end gap-2 border-t border-line px-5 py-3">{foot}</footer>
      )}
    </section>
  )
}
