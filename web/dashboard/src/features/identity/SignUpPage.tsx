// Making a login and a workspace of one's own: an address first, the rest with the link that was mailed.
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
import { setupQuery } from './queries.ts'
import { useWork } from './useWork.tsx'

export function SignUpPage() {
  const token = useFragmentToken('sign-up')
  useEffect(() => {
    document.title = 'Sign up · Leadkeep'
  }, [])
  return token === '' ? <Ask /> : <Finish token={token} />
}

const toSignIn = (
  <Link {...paths.signIn()} className={buttonClass()}>
    Back to sign-in
  </Link>
)

const address = z.object({ email })

function Ask() {
  const setup = useQuery(setupQuery)
  const form = useForm({ resolver: zodResolver(address), defaultValues: { email: '' } })
  const work = useWork()
  const ask = useMutation({
    mutationFn: (body: z.infer<typeof address>) => unwrap(work.api.POST('/api/v1/auth/sign-up', { body })),
  })
  const kept = setup.data?.mail === 'kept' && (
    <Notice tone="info" title="This server sends no mail">
      Whoever runs it finds the link in its private mailbox.
    </Notice>
  )
  if (setup.data?.sign_up === false) {
    return (
      <OutsideFrame
        title="By invitation only"
        about="Nobody can sign up here by themselves. Ask a colleague for an invitation."
      >
        <div className="flex flex-col gap-4">{toSignIn}</div>
      </OutsideFrame>
    )
  }
  if (ask.isSuccess) {
    return (
      <OutsideFrame title="Look into your mail">
        <div className="flex flex-col gap-4">
          <p className="text-13">
            A link is on its way to <span className="font-medium break-all">{ask.variables.email}</span>. It works once,
            for 24 hours.
          </p>
          {kept}
          {toSignIn}
        </div>
      </OutsideFrame>
    )
  }
  return (
    <OutsideFrame title="Sign up" about="We send you a link first, to see that the address is yours.">
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => void form.handleSubmit((values) => ask.mutate(values))(event)}
      >
        {ask.isError && <Failure {...explain(ask.error)} />}
        {work.notice}
        {kept}
        <TextField
          label="E-mail"
          type="email"
          autoComplete="username"
          autoFocus
          error={form.formState.errors.email?.message}
          {...form.register('email')}
        />
        <Button type="submit" weight="primary" className="h-9" busy={ask.isPending}>
          {ask.isPending ? 'Sending…' : 'Send the link'}
        </Button>
        {toSignIn}
      </form>
    </OutsideFrame>
  )
}

const founder = z.object({ workspace_name: workspaceName, name, password: newPassword })

function Finish({ token }: { token: string }) {
  const navigate = useNavigate()
  const form = useForm({
    resolver: zodResolver(founder),
    defaultValues: { workspace_name: '', name: '', password: '' },
  })
  const finish = useMutation({
    mutationFn: (body: z.infer<typeof founder>) =>
      unwrap(publicApi.POST('/api/v1/auth/sign-up/finish', { body: { token, ...body } })),
    onSuccess: (opened) => {
      session.begin(opened)
      // The widget comes first: without it there is nothing to read in the inbox.
      void navigate(paths.widget())
    },
  })
  const { errors } = form.formState
  const problem = (field: keyof z.infer<typeof founder>) => errors[field]?.message ?? fieldProblem(finish.error, field)
  return (
    <OutsideFrame title="Your workspace" about="You can invite the others afterwards.">
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => void form.handleSubmit((values) => finish.mutate(values))(event)}
      >
        {finish.isError && <Failure {...explain(finish.error)} />}
        <TextField
          label="Workspace"
          placeholder="Acme Support"
          autoComplete="organization"
          autoFocus
          error={problem('workspace_name')}
          {...form.register('workspace_name')}
        />
        <TextField label="Your name" autoComplete="name" error={problem('name')} {...form.register('name')} />
        <NewPasswordField
          label="Password"
          typed={form.watch('password')}
          least={MIN_PASSWORD}
          error={problem('password')}
          {...form.register('password')}
        />
        <Button type="submit" weight="primary" className="h-9" busy={finish.isPending}>
          {finish.isPending ? 'Making it…' : 'Make the workspace'}
        </Button>
      </form>
    </OutsideFrame>
  )
}
