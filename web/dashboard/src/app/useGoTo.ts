// The "go to" shortcuts.
import { useNavigate } from '@tanstack/react-router'
import { paths } from '../lib/paths.ts'
import { useShortcuts } from '../lib/shortcuts.ts'

export function useGoTo(): void {
  const navigate = useNavigate()
  useShortcuts({
    'go.inbox': () => void navigate(paths.inbox()),
    'go.mine': () => void navigate(paths.inbox('mine')),
    'go.unassigned': () => void navigate(paths.inbox('unassigned')),
    'go.settings': () => void navigate(paths.widget()),
  })
}
