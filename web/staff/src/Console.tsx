// The frame: outside the way in, inside the sections.
import { unwrap } from '@leadkeep/client/api'
import { Button } from '@leadkeep/ui/Button'
import { Chip, Loading, Skeleton } from '@leadkeep/ui/Marks'
import { Empty, Failure } from '@leadkeep/ui/Notice'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Building2, Compass, KeyRound, LogOut, ScrollText, UserCog, Users, type LucideIcon } from 'lucide-react'
import { useEffect, type ReactNode } from 'react'
import { AccessPage } from './pages/AccessPage.tsx'
import { GrantPage } from './pages/GrantPage.tsx'
import { SignInPage } from './pages/SignInPage.tsx'
import { StaffPage } from './pages/StaffPage.tsx'
import { StreamPage } from './pages/StreamPage.tsx'
import { WelcomePage } from './pages/WelcomePage.tsx'
import { WorkspacesPage } from './pages/WorkspacesPage.tsx'
import { YouPage } from './pages/YouPage.tsx'
import { Go } from './parts/Go.tsx'
import { go, usePlace, useTitle } from './place.ts'
import { meQuery } from './queries.ts'
import { api, leave, useSession } from './session.ts'
import { explain, ROLE } from './words.ts'

type Section = { to: string; name: string; icon: LucideIcon; page: () => ReactNode }

const SECTIONS: readonly Section[] = [
  { to: '/', name: 'Workspaces', icon: Building2, page: () => <WorkspacesPage /> },
  { to: '/access', name: 'Access', icon: KeyRound, page: () => <AccessPage /> },
  { to: '/people', name: 'Staff', icon: Users, page: () => <StaffPage /> },
  { to: '/stream', name: 'Audit stream', icon: ScrollText, page: () => <StreamPage /> },
  { to: '/you', name: 'You', icon: UserCog, page: () => <YouPage /> },
]

export function Console() {
  const cache = useQueryClient()
  const session = useSession()
  const { pathname } = usePlace()
  // Nothing that one session read is shown in the next.
  useEffect(() => {
    if (session.kind === 'out') cache.clear()
  }, [session, cache])
  if (pathname === '/staff/welcome') return <WelcomePage />
  return session.kind === 'out' ? <SignInPage ended={session.ended} /> : <Inside />
}

function Inside() {
  const me = useQuery(meQuery)
  const { pathname } = usePlace()
  const path = pathname.replace(/^\/staff/, '') || '/'
  const grant = /^\/access\/(grt_\w+)$/.exec(path)?.[1]
  const section = SECTIONS.find(({ to }) => to === path)
  useTitle(grant === undefined ? (section?.name ?? 'Nothing here') : 'A workspace')
  return (
    <div className="flex min-h-full flex-col">
      <header className="sticky top-0 z-30 border-b border-line bg-surface">
        <div className="mx-auto flex max-w-6xl flex-wrap items-center gap-x-5 px-4">
          <p className="flex h-12 items-center gap-2 text-14 font-semibold">
            <img src="/staff/favicon.svg" alt="" width={22} height={22} />
            Leadkeep <Chip tone="accent">Staff</Chip>
          </p>
          <nav
            aria-label="Sections"
            className="-mb-px flex flex-1 gap-1 overflow-x-auto max-pane:order-last max-pane:basis-full"
          >
            {SECTIONS.map(({ to, name, icon: Mark }) => (
              <Go
                key={to}
                to={to}
                aria-current={to === path || (to === '/access' && grant !== undefined) ? 'page' : undefined}
                className="flex h-12 shrink-0 items-center gap-2 border-b-2 border-transparent px-2 text-13 font-medium text-muted hover:text-text aria-[current=page]:border-accent aria-[current=page]:text-text max-pane:h-10"
              >
                <Mark size={15} aria-hidden className="max-pane:hidden" />
                {name}
              </Go>
            ))}
          </nav>
          {me.data !== undefined && (
            <p className="flex items-center gap-2 text-12 text-muted max-pane:ms-auto">
              <span className="max-w-40 truncate max-wide:hidden">{me.data.staff.name}</span>
              <Chip>{ROLE[me.data.staff.role]}</Chip>
              <SignOut />
            </p>
          )}
        </div>
      </header>
      <main className="mx-auto flex w-full max-w-6xl flex-1 flex-col gap-4 px-4 py-6">
        {me.isError && <Failure {...explain(me.error)} onRetry={() => void me.refetch()} />}
        {me.isPending && (
          <Loading what="who you are">
            <Skeleton className="h-40 w-full" />
          </Loading>
        )}
        {me.data !== undefined &&
          (grant === undefined ? (
            (section?.page() ?? <Missing />)
          ) : (
            <GrantPage key={grant} grant={grant} />
          ))}
      </main>
    </div>
  )
}

function Missing() {
  return (
    <>
      <h1 className="sr-only">Page not found</h1>
      <Empty
        icon={<Compass size={20} />}
        title="There is nothing at this address"
        action={<Button onClick={() => go('/')}>Workspaces</Button>}
      />
    </>
  )
}

function SignOut() {
  const out = useMutation({
    mutationFn: () => unwrap(api.POST('/api/staff/v1/auth/sign-out', { body: {} })),
    // Whatever came of it, this tab knows no token any more.
    onSettled: () => leave(false),
  })
  return (
    <Button size="small" weight="quiet" busy={out.isPending} onClick={() => out.mutate()}>
      <LogOut size={14} aria-hidden /> Sign out
    </Button>
  )
}
