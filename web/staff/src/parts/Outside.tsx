// The frame of pages for those who are not signed in.
import type { ReactNode } from 'react'

export function Outside({ title, about, children }: { title: string; about?: ReactNode; children: ReactNode }) {
  return (
    <main className="flex min-h-full flex-col items-center px-4 pt-[10vh] pb-12">
      <img src="/staff/favicon.svg" alt="Leadkeep" width={40} height={40} />
      <div className="mt-6 w-full max-w-sm">
        <h1 className="text-center text-20 font-semibold text-balance">{title}</h1>
        {about !== undefined && <p className="mt-1 text-center text-13 text-balance text-muted">{about}</p>}
        <div className="mt-6 rounded-dialog border border-line bg-surface p-6 shadow-rise">{children}</div>
      </div>
    </main>
  )
}
