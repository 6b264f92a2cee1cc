// The way to a further workspace, in the menu of workspaces, where the installation permits one. Asked when the menu opens.
import { MenuItem } from '@leadkeep/ui/Menu'
import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { setupQuery } from './queries.ts'

export function NewWorkspaceItem({ onSelect }: { onSelect: () => void }) {
  const { data } = useQuery(setupQuery)
  if (data?.sign_up !== true) return null
  return (
    <MenuItem icon={<Plus size={14} />} onSelect={onSelect}>
      New workspace
    </MenuItem>
  )
}
