// The frame around every page of somebody who is signed in. A new session or workspace starts it anew, with an empty cache.
import { warmMenus } from '@leadkeep/ui/Menu'
import { QueryClientProvider } from '@tanstack/react-query'
import { Outlet, useLocation, useRouter } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState } from 'react'
import { holdShortcuts, useShortcuts } from '../lib/shortcuts.ts'
import { useSession, useSessionState } from '../session/session.ts'
import { createCache } from './cache.ts'
import { LiveConnection } from './LiveConnection.tsx'
import { PaletteContext } from './palette.ts'
import { Sidebar } from './Sidebar.tsx'
import { TabMarks } from './TabMarks.tsx'
import { useGoTo } from './useGoTo.ts'

const loadPalette = () => import('./Palette.tsx')
const Palette = lazy(() => loadPalette().then((module) => ({ default: module.Palette })))
const ShortcutSheet = lazy(() => import('./ShortcutSheet.tsx').then((module) => ({ default: module.ShortcutSheet })))

const ConnectionPill = lazy(() =>
  import('./ConnectionPill.tsx').then((module) => ({ default: module.ConnectionPill })),
)

export function Shell() {
  const state = useSessionState()
  if (state.kind !== 'in' || state.session.second_factor_required) return <Leave />
  const { session_id, workspace } = state.session
  return <Workspace key={`${session_id} ${workspace.id}`} />
}

/** The session has ended, or a factor is missing: the router asks again who may be here, and finds the way out. */
function Leave() {
  const router = useRouter()
  useEffect(() => void router.invalidate(), [router])
  return null
}

function Workspace() {
  const [cache] = useState(createCache)
  return (
    <QueryClientProvider client={cache}>
      <LiveConnection>
        <Frame />
      </LiveConnection>
    </QueryClientProvider>
  )
}

function Frame() {
  const [open, setOpen] = useState<'palette' | 'help' | null>(null)
  const { workspace } = useSession()
  const inSettings = useLocation({ select: ({ pathname }) => pathname.startsWith('/settings') })
  const close = (stays: boolean) => {
    if (!stays) setOpen(null)
  }
  useGoTo()
  // The first letter after the shortcut belongs to the palette, so it should stand by then.
  useEffect(() => {
    const timer = setTimeout(() => {
      loadPalette().catch(() => undefined)
      warmMenus()
    }, 2000)
    return () => clearTimeout(timer)
  }, [])
  useEffect(() => {
    holdShortcuts(open !== null)
    return () => holdShortcuts(false)
  }, [open])
  useShortcuts({
    palette: () => setOpen((now) => (now === 'palette' ? null : 'palette')),
    help: () => setOpen('help'),
  })
  return (
    <PaletteContext value={setOpen}>
      <a
        href="#main"
        className="fixed start-2 top-2 z-60 -translate-y-16 rounded-control bg-accent px-3 py-2 text-13 font-medium text-white focus:translate-y-0"
      >
        Skip to content
      </a>
      {/* The settings name their pages themselves: only they know the names. */}
      {!inSettings && <TabMarks place="Inbox" />}
      <div className="flex h-dvh max-pane:flex-col-reverse">
        <Sidebar />
        <main
          id="main"
          tabIndex={-1}
          aria-label={workspace.name}
          className="relative min-h-0 min-w-0 flex-1 outline-none"
        >
          <Outlet />
          <Suspense>
            <ConnectionPill />
          </Suspense>
        </main>
      </div>
      <Suspense>
        {open === 'palette' && <Palette open onOpenChange={close} onHelp={() => setOpen('help')} />}
        {open === 'help' && <ShortcutSheet open onOpenChange={close} />}
      </Suspense>
    </PaletteContext>
  )
}
