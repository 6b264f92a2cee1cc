// Pages that could not be shown, or not yet.
import { isProblem } from '@leadkeep/client/problem'
import { buttonClass } from '@leadkeep/ui/Button'
import { Skeleton } from '@leadkeep/ui/Marks'
import { Empty, Failure } from '@leadkeep/ui/Notice'
import { Link, useRouter, type ErrorComponentProps } from '@tanstack/react-router'
import { Compass } from 'lucide-react'
import { explain } from '../lib/explain.ts'
import { paths } from '../lib/paths.ts'

export function PageError({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  return (
    <main className="mx-auto flex min-h-full max-w-lg flex-col justify-center p-6">
      <h1 className="pb-3 text-20 font-semibold">This page could not be shown</h1>
      <Failure
        {...explain(error)}
        onRetry={() => {
          // What is not an answer of the server is a fault of this page: begin it anew.
          if (!isProblem(error)) return window.location.reload()
          reset()
          void router.invalidate()
        }}
      />
    </main>
  )
}

export function PageMissing() {
  return (
    <main className="flex min-h-full flex-col justify-center">
      <h1 className="sr-only">Page not found</h1>
      <Empty
        icon={<Compass size={20} />}
        title="There is nothing at this address"
        action={
          <Link {...paths.inbox()} className={buttonClass('primary')}>
            Go to the inbox
          </Link>
        }
      />
    </main>
  )
}

/** Before the frame around all pages stands. */
export function FramePending() {
  return (
    <div className="flex h-dvh" role="status" aria-label="Loading">
      <div className="w-14 shrink-0 border-e border-line bg-surface max-pane:hidden wide:w-52" />
    </div>
  )
}

/** Inside the frame: a title and two cards. */
export function PagePending() {
  return (
    <div className="flex flex-col gap-4" role="status" aria-label="Loading">
      <Skeleton className="h-7 w-40" />
      <Skeleton className="h-40 w-full" />
      <Skeleton className="h-28 w-full" />
    </div>
  )
}

export function NothingPending() {
  return null
}
