// Accepting an invitation: a new person chooses a name and a password, a known one types theirs.
import { zodResolver } from '@hookform/resolvers/zod'
import { unwrap } from '@leadkeep/client/api'
import type { Challenge, InvitationPreview, Session } from '@leadkeep/client/shapes'
import { Button, buttonClass } from '@leadkeep/ui/Button'
import { TextField } from '@leadkeep/ui/Field'
import { Loading, Skeleton } from '@leadkeep/ui/Marks'
import { Failure, Notice } from '@leadkeep/ui/Notice'
import { NewPasswordField } from '@leadkeep/ui/NewPasswordField'
import { PasswordField } from '@leadkeep/ui/PasswordField'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { explain, fieldProblem } from '../../lib/explain.ts'
import { paths } from '../../lib/paths.ts'
import { publicApi, session } from '../../session/session.ts'
import { MIN_PASSWORD, name, newPassword, password } from './fields.ts'
import { useFragmentToken } from './fragment.ts'
import { OutsideFrame } from './OutsideFrame.tsx'
import { ROLE_NAME } from './roles.ts'
import { SecondFactorForm } from './SecondFactorForm.tsx'
import { useWork } from './useWork.tsx'

export function InvitePage() {
  const token = useFragmentToken('invite')
  const navigate = useNavigate()
  const [challenge, setChallenge] = useState<Challenge>()
  const enter = (opened: Session) => {
    session.begin(opened)
    void navigate({ ...paths.inbox(), replace: true })
  }
  const preview = useQuery({
    queryKey: ['invitation', token],
    queryFn: () => unwrap(publicApi.POST('/api/v1/invitations/preview', { body: { token } })),
    enabled: token !== '',
    retry: false,
    gcTime: 0,
  })
  useEffect(() => {
    document.title = 'Invitation · Leadkeep'
  }, [])
  if (token === '' || preview.isError) {
    return (
      <OutsideFrame
        title="This invitation does not work"
        about="It may have been used, withdrawn, or be too old. Ask for a new one."
      >
        <div className="flex flex-col gap-4">
          {preview.isError ? (
            <Failure {...explain(preview.error)} />
          ) : (
            <Notice tone="warn">The address is incomplete: the part after # is missing.</Notice>
          )}
          <Link {...paths.signIn()} className={buttonClass()}>
            Sign in
          </Link>
        </div>
      </OutsideFrame>
    )
  }
  if (preview.data === undefined) {
    return (
      <OutsideFrame title="Your invitation">
        <Loading what="the invitation">
          <Skeleton className="h-9 w-full" />
          <Skeleton className="mt-4 h-9 w-full" />
        </Loading>
      </OutsideFrame>
    )
  }
  if (challenge !== undefined) {
    return (
      <SecondFactorForm
        challenge={challenge}
        onEntered={enter}
        onBack={() => void navigate({ ...paths.signIn(), replace: true })}
      />
    )
  }
  return (
    <OutsideFrame
      title={`Join ${preview.data.workspace_name}`}
      about={`${preview.data.email} is invited as ${ROLE_NAME[preview.data.role]}.`}
    >
      <AcceptForm token={token} invitation={preview.data} onEntered={enter} onAsked={setChallenge} />
    </OutsideFrame>
  )
}

const known = z.object({ name: z.string(), password })
const fresh = z.object({ name, password: newPassword })

type AcceptFormProps = {
  token: string
  invitation: InvitationPreview
  onEntered: (session: Session) => void
  /** The workspace is joined, and the second factor is asked for. */
  onAsked: (challenge: Challenge) => void
}

function AcceptForm({ token, invitation, onEntered, onAsked }: AcceptFormProps) {
  const form = useForm({
    resolver: zodResolver(invitation.known ? known : fresh),
    defaultValues: { name: '', password: '' },
  })
  const work = useWork()
  const accept = useMutation({
    mutationFn: (values: z.infer<typeof fresh>) => {
      const body = invitation.known ? { token, password: values.password } : { token, ...values }
      return unwrap(work.api.POST('/api/v1/invitations/accept', { body }))
    },
    onSuccess: (answer) => (answer.outcome === 'session' ? onEntered(answer) : onAsked(answer)),
  })
  const { errors } = form.formState
  const problem = (field: 'name' | 'password') => errors[field]?.message ?? fieldProblem(accept.error, field)
  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => void form.handleSubmit((values) => accept.mutate(values))(event)}
    >
      {accept.isError && <Failure {...explain(accept.error)} />}
      {work.notice}
      <input type="email" autoComplete="username" value={invitation.email} readOnly hidden />
      {!invitation.known && (
        <TextField
          label="Your name"
          autoComplete="name"
          autoFocus
          error={problem('name')}
          {...form.register('name')}
        />
      )}
      {invitation.known ? (
        <PasswordField
          label="Your password"
          autoComplete="current-password"
          hint="You have a login here already; this workspace is added to it."
          error={problem('password')}
          {...form.register('password')}
        />
      ) : (
        <NewPasswordField
          label="Choose a password"
          typed={form.watch('password')}
          least={MIN_PASSWORD}
          known={[invitation.email, form.watch('name')]}
          error={problem('password')}
          {...form.register('password')}
        />
      )}
      <Button type="submit" weight="primary" className="h-9" busy={accept.isPending}>
        {accept.isPending ? 'Joining…' : 'Join'}
      </Button>
    </form>
  )
}
