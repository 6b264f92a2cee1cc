// Pages that could not be shown, or not yet.
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

export function PagePending() {
  return (
    <div className="flex h-full" role="status" aria-label="Loading">
      <div className="w-14 shrink-0 border-e border-line bg-surface max-pane:hidden wide:w-52" />
      <div className="flex-1 p-6">
        <Skeleton className="h-6 w-48" />
        <Skeleton className="mt-6 h-24 w-full max-w-2xl" />
        <Skeleton className="mt-4 h-24 w-full max-w-2xl" />
      </div>
    </div>
  )
}
