// Which workspace this is, and the way to another one. Switching forgets everything about the one left.
import { hueOf, Initials, initialsOf } from '@leadkeep/ui/Avatar'
import { Menu, MenuGroup, MenuItem } from '@leadkeep/ui/Menu'
import { useNavigate } from '@tanstack/react-router'
import { ChevronsUpDown } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { toastFailure } from '../lib/explain.ts'
import { paths } from '../lib/paths.ts'
import { switchWorkspace } from '../session/switch.ts'
import { useSession } from '../session/session.ts'

const NewWorkspaceItem = lazy(() =>
  import('../features/identity/NewWorkspaceItem.tsx').then((module) => ({ default: module.NewWorkspaceItem })),
)
const NewWorkspaceDialog = lazy(() =>
  import('../features/identity/NewWorkspaceDialog.tsx').then((module) => ({ default: module.NewWorkspaceDialog })),
)

export function WorkspaceMenu({ wide, phone }: { wide: boolean; phone: boolean }) {
  const { workspace, workspaces } = useSession()
  const goTo = useSwitch()
  const [making, setMaking] = useState(false)
  return (
    <>
      <Menu
        side={phone ? 'top' : 'bottom'}
        trigger={
          <button
            type="button"
            className="mb-2 flex h-9 items-center gap-2 rounded-control px-1.5 text-start hover:bg-surface-2 max-wide:w-10 max-wide:justify-center max-pane:mb-0 max-pane:h-12 max-pane:w-14"
          >
            <Square name={workspace.name} id={workspace.id} />
            <span className="sr-only">Workspace:</span>
            <span className={wide ? 'min-w-0 flex-1 truncate text-13 font-semibold' : 'sr-only'}>{workspace.name}</span>
            {wide && <ChevronsUpDown size={14} aria-hidden className="text-muted" />}
          </button>
        }
      >
        <MenuGroup label="Workspaces">
          {workspaces.map((each) => (
            <MenuItem
              key={each.id}
              icon={<Square name={each.name} id={each.id} small />}
              checked={each.id === workspace.id}
              onSelect={() => goTo(each.id)}
            >
              {each.name}
            </MenuItem>
          ))}
        </MenuGroup>
        <Suspense>
          <NewWorkspaceItem onSelect={() => setMaking(true)} />
        </Suspense>
      </Menu>
      {making && (
        <Suspense fallback={null}>
          <NewWorkspaceDialog onMade={goTo} onClose={() => setMaking(false)} />
        </Suspense>
      )}
    </>
  )
}

export function useSwitch() {
  const { workspace } = useSession()
  const navigate = useNavigate()
  return (id: string) => {
    if (id === workspace.id) return
    // Away from addresses of the old workspace first, so that nothing asks for them again.
    navigate(paths.inbox())
      .then(() => switchWorkspace(id))
      .catch(toastFailure('The workspace could not be switched'))
  }
}

function Square({ name, id, small }: { name: string; id: string; small?: boolean }) {
  return (
    <span
      aria-hidden
      className={`hue hue-${String(hueOf(id))} inline-flex shrink-0 items-center justify-center rounded-control font-semibold ${small === true ? 'size-5 text-[9px]' : 'size-6 text-11'}`}
    >
      <Initials text={initialsOf(name)} />
    </span>
  )
}
