// The workspace itself: its name, and what it requires of its members.
import { zodResolver } from '@hookform/resolvers/zod'
import { unwrap } from '@leadkeep/client/api'
import type { Workspace } from '@leadkeep/client/shapes'
import { Button } from '@leadkeep/ui/Button'
import { Card } from '@leadkeep/ui/Card'
import { TextField } from '@leadkeep/ui/Field'
import { Loading, Skeleton } from '@leadkeep/ui/Marks'
import { Failure, Notice } from '@leadkeep/ui/Notice'
import { toast } from '@leadkeep/ui/Toast'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { explain, fieldProblem } from '../../lib/explain.ts'
import { shortDate } from '../../lib/time.ts'
import { api, session, useMay } from '../../session/session.ts'
import { AccessPolicyCard } from './AccessPolicyCard.tsx'
import { FactorPolicyCard } from './FactorPolicyCard.tsx'
import { workspaceName } from './fields.ts'
import { workspaceQuery } from './queries.ts'

export function WorkspacePage() {
  const workspace = useQuery(workspaceQuery)
  const maySecure = useMay('workspace.security')
  return (
    <>
      <h1 className="text-20 font-semibold">Workspace</h1>
      {workspace.isError && <Failure {...explain(workspace.error)} onRetry={() => void workspace.refetch()} />}
      {workspace.isPending && (
        <Loading what="the workspace">
          <Skeleton className="h-44 w-full" />
        </Loading>
      )}
      {workspace.data !== undefined && <NameCard workspace={workspace.data} />}
      {maySecure && <FactorPolicyCard />}
      {maySecure && <AccessPolicyCard />}
    </>
  )
}

const shape = z.object({ name: workspaceName })

function NameCard({ workspace }: { workspace: Workspace }) {
  const cache = useQueryClient()
  const mayManage = useMay('workspace.manage')
  const form = useForm({ resolver: zodResolver(shape), values: { name: workspace.name } })
  const save = useMutation({
    mutationFn: (body: z.infer<typeof shape>) => unwrap(api.PATCH('/api/v1/workspace', { body })),
    onSuccess: (saved) => {
      cache.setQueryData(workspaceQuery.queryKey, saved)
      session.rename(saved.name)
      toast({ text: 'Workspace renamed' })
    },
  })
  const { errors, isDirty } = form.formState
  return (
    <form noValidate onSubmit={(event) => void form.handleSubmit((values) => save.mutate(values))(event)}>
      <Card
        title="Name"
        about={`Visitors see it in the widget. Created on ${shortDate(workspace.created_at)}.`}
        foot={
          mayManage && (
            <>
              {isDirty && <Button onClick={() => form.reset()}>Discard</Button>}
              <Button type="submit" weight="primary" busy={save.isPending} disabled={!isDirty}>
                Save
              </Button>
            </>
          )
        }
      >
        <div className="flex max-w-sm flex-col gap-3">
          {!mayManage && <Notice tone="info">Only a super admin can change this.</Notice>}
          <TextField
            label="Workspace name"
            autoComplete="off"
            disabled={!mayManage}
            error={errors.name?.message ?? fieldProblem(save.error, 'name')}
            {...form.register('name')}
          />
          {save.isError && <Failure {...explain(save.error)} />}
        </div>
      </Card>
    </form>
  )
}
