// Settings: sections on one side, one topic on the other.
import { Link, Outlet, useLocation } from '@tanstack/react-router'
import { paths } from '../lib/paths.ts'
import { SECTIONS } from './sections.ts'
import { TabMarks } from './TabMarks.tsx'

export function SettingsLayout() {
  const { pathname } = useLocation()
  // What lies below a section is in it.
  const section = pathname === paths.auditStreams().to ? paths.audit().to : pathname
  const current = (to: string) => (to === pathname ? 'page' : to === section ? 'true' : undefined)
  return (
    <div className="flex h-full max-pane:flex-col">
      <TabMarks place={SECTIONS.find(({ link }) => link.to === section)?.name ?? 'Settings'} />
      <nav
        aria-label="Settings"
        className="w-52 shrink-0 overflow-y-auto border-e border-line px-3 py-3 max-pane:flex max-pane:w-full max-pane:gap-1 max-pane:overflow-x-auto max-pane:border-e-0 max-pane:border-b max-pane:bg-surface max-pane:py-2"
      >
        <p className="px-2 pb-2 text-14 font-semibold max-pane:hidden">Settings</p>
        {SECTIONS.map(({ name, icon: Mark, link }) => (
          <Link
            key={name}
            {...link}
            aria-current={current(link.to)}
            // On a phone the row is longer than the screen.
            ref={(tab) => {
              if (section === link.to) tab?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
            }}
            className="flex h-8 shrink-0 items-center gap-2.5 rounded-control px-2 text-13 font-medium text-muted hover:bg-surface-2 hover:text-text aria-[current]:bg-surface-2 aria-[current]:text-text"
          >
            <Mark size={15} aria-hidden className="max-pane:hidden" />
            {name}
          </Link>
        ))}
      </nav>
      {pathname === paths.audit().to ? (
        <div className="min-h-0 min-w-0 flex-1">
          <Outlet />
        </div>
      ) : (
        <div className="min-h-0 min-w-0 flex-1 overflow-y-auto" tabIndex={-1}>
          <div className="mx-auto flex max-w-3xl flex-col gap-4 px-6 py-6 max-pane:px-4 max-pane:py-4">
            <Outlet />
          </div>
        </div>
      )}
    </div>
  )
}
