// The first start: a workspace and its first operator.
import { zodResolver } from '@hookform/resolvers/zod'
import { unwrap } from '@leadkeep/client/api'
import { Button, buttonClass } from '@leadkeep/ui/Button'
import { TextField } from '@leadkeep/ui/Field'
import { NewPasswordField } from '@leadkeep/ui/NewPasswordField'
import { Failure, Notice } from '@leadkeep/ui/Notice'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { explain, fieldProblem } from '../../lib/explain.ts'
import { paths } from '../../lib/paths.ts'
import { publicApi, session } from '../../session/session.ts'
import { MIN_PASSWORD, email, name, newPassword, workspaceName } from './fields.ts'
import { useFragmentToken } from './fragment.ts'
import { OutsideFrame } from './OutsideFrame.tsx'

const shape = z.object({
  token: z.string().check(z.trim(), z.minLength(1, 'Paste the token that the server printed.')),
  workspace_name: workspaceName,
  name,
  email,
  password: newPassword,
})

export function SetupPage() {
  const token = useFragmentToken('setup')
  const navigate = useNavigate()
  const setup = useQuery({
    queryKey: ['setup'],
    queryFn: ({ signal }) => unwrap(publicApi.GET('/api/v1/setup', { signal })),
  })
  const form = useForm({
    resolver: zodResolver(shape),
    defaultValues: { token, workspace_name: '', name: '', email: '', password: '' },
  })
  const create = useMutation({
    mutationFn: (body: z.infer<typeof shape>) => unwrap(publicApi.POST('/api/v1/setup', { body })),
    onSuccess: (opened) => {
      session.begin(opened)
      // The widget comes first: without it there is nothing to read in the inbox.
      void navigate(paths.widget())
    },
  })
  useEffect(() => {
    document.title = 'Set up · Leadkeep'
  }, [])

  if (setup.data?.needed === false) {
    return (
      <OutsideFrame title="This server is set up already">
        <Link {...paths.signIn()} className={`${buttonClass('primary')} w-full`}>
          Sign in
        </Link>
      </OutsideFrame>
    )
  }
  const { errors } = form.formState
  const problem = (field: keyof z.infer<typeof shape>) => errors[field]?.message ?? fieldProblem(create.error, field)
  return (
    <OutsideFrame
      title="Set up Leadkeep"
      about="One workspace and one operator to begin with. You can invite the others afterwards."
    >
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => void form.handleSubmit((values) => create.mutate(values))(event)}
      >
        {create.isError && <Failure {...explain(create.error)} />}
        {token === '' ? (
          <TextField
            label="Setup token"
            autoComplete="off"
            spellCheck={false}
            className="font-mono"
            hint="The server prints it when it starts for the first time."
            error={problem('token')}
            {...form.register('token')}
          />
        ) : (
          problem('token') !== undefined && <Notice tone="bad">{problem('token')}</Notice>
        )}
        <TextField
          label="Workspace"
          placeholder="Acme Support"
          autoComplete="organization"
          autoFocus={token !== ''}
          error={problem('workspace_name')}
          {...form.register('workspace_name')}
        />
        <TextField label="Your name" autoComplete="name" error={problem('name')} {...form.register('name')} />
        <TextField
          label="E-mail"
          type="email"
          autoComplete="username"
          error={problem('email')}
          {...form.register('email')}
        />
        <NewPasswordField
          label="Password"
          typed={form.watch('password')}
          least={MIN_PASSWORD}
          error={problem('password')}
          {...form.register('password')}
        />
        <Button type="submit" weight="primary" className="h-9" busy={create.isPending}>
          {create.isPending ? 'Setting up…' : 'Set up'}
        </Button>
      </form>
    </OutsideFrame>
  )
}
