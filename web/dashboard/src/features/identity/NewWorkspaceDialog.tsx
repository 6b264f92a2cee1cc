// A further workspace of one's own, from the menu of workspaces.
import { zodResolver } from '@hookform/resolvers/zod'
import { unwrap } from '@leadkeep/client/api'
import { Button } from '@leadkeep/ui/Button'
import { Dialog } from '@leadkeep/ui/Dialog'
import { TextField } from '@leadkeep/ui/Field'
import { Failure } from '@leadkeep/ui/Notice'
import { useMutation } from '@tanstack/react-query'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { explain } from '../../lib/explain.ts'
import { api } from '../../session/session.ts'
import { workspaceName } from './fields.ts'

const shape = z.object({ name: workspaceName })

type NewWorkspaceDialogProps = { onMade: (id: string) => void; onClose: () => void }

export function NewWorkspaceDialog({ onMade, onClose }: NewWorkspaceDialogProps) {
  const form = useForm({ resolver: zodResolver(shape), defaultValues: { name: '' } })
  const make = useMutation({
    mutationFn: (body: z.infer<typeof shape>) => unwrap(api.POST('/api/v1/workspaces', { body })),
    onSuccess: (made) => {
      onClose()
      onMade(made.id)
    },
  })
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      title="A new workspace"
      description="It begins empty, with a widget of its own, and you are its super admin."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form="new-workspace" weight="primary" busy={make.isPending}>
            Make it
          </Button>
        </>
      }
    >
      <form
        id="new-workspace"
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => void form.handleSubmit((values) => make.mutate(values))(event)}
      >
        {make.isError && <Failure {...explain(make.error)} />}
        <TextField
          label="Workspace name"
          autoComplete="off"
          error={form.formState.errors.name?.message}
          {...form.register('name')}
        />
      </form>
    </Dialog>
  )
}
