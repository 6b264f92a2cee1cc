// Signing in.
import { zodResolver } from '@hookform/resolvers/zod'
import { unwrap } from '@leadkeep/client/api'
import { isProblem } from '@leadkeep/client/problem'
import type { Challenge, Session } from '@leadkeep/client/shapes'
import { Button, buttonClass } from '@leadkeep/ui/Button'
import { TextField } from '@leadkeep/ui/Field'
import { Failure, Notice } from '@leadkeep/ui/Notice'
import { PasswordField } from '@leadkeep/ui/PasswordField'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useRouter, useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { explain } from '../../lib/explain.ts'
import { paths } from '../../lib/paths.ts'
import { publicApi, session, useSessionState } from '../../session/session.ts'
import { email, password } from './fields.ts'
import { OutsideFrame } from './OutsideFrame.tsx'
import { SecondFactorForm } from './SecondFactorForm.tsx'
import { setupQuery } from './queries.ts'
import { useWork } from './useWork.tsx'

const shape = z.object({ email, password })

export function SignInPage() {
  const router = useRouter()
  const { next } = useSearch({ strict: false })
  const state = useSessionState()
  const setup = useQuery(setupQuery)
  const work = useWork()
  const [challenge, setChallenge] = useState<Challenge>()
  const enter = (opened: Session) => {
    session.begin(opened)
    router.history.replace(next ?? '/inbox')
  }
  const form = useForm({ resolver: zodResolver(shape), defaultValues: { email: '', password: '' } })
  const signIn = useMutation({
    mutationFn: (body: z.infer<typeof shape>) => unwrap(work.api.POST('/api/v1/auth/sign-in', { body })),
    onSuccess: (answer) => {
      if (answer.outcome === 'session') enter(answer)
      else setChallenge(answer)
    },
    onError: (error) => {
      if (isProblem(error, 'wrong_credentials')) form.setFocus('password')
    },
  })
  const byPasskey = useMutation({
    mutationFn: async () => {
      const { assertion } = await import('./passkey.ts')
      const asked = await unwrap(publicApi.POST('/api/v1/auth/passkey/begin', { body: {} }))
      return unwrap(publicApi.POST('/api/v1/auth/passkey', { body: { passkey: await assertion(asked) } }))
    },
    onSuccess: enter,
  })
  useEffect(() => {
    document.title = 'Sign in · Leadkeep'
  }, [])
  const { errors } = form.formState
  const ended = state.kind === 'out' && state.reason !== undefined
  if (challenge !== undefined) {
    return (
      <SecondFactorForm
        challenge={challenge}
        onEntered={enter}
        onBack={() => {
          form.resetField('password')
          setChallenge(undefined)
        }}
      />
    )
  }
  return (
    <OutsideFrame title="Sign in to Leadkeep">
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => void form.handleSubmit((values) => signIn.mutate(values))(event)}
      >
        {setup.data?.needed === true && (
          <Notice tone="info" title="This Leadkeep is new">
            Open the setup address that the server printed when it started.
          </Notice>
        )}
        {ended && !signIn.isError && <Notice tone="info">Your session has ended. Sign in to go on.</Notice>}
        {signIn.isError &&
          (isProblem(signIn.error, 'wrong_credentials') ? (
            <Notice tone="bad">The e-mail address or the password is not right.</Notice>
          ) : (
            <Failure {...explain(signIn.error)} />
          ))}
        {work.notice}
        <TextField
          label="E-mail"
          type="email"
          autoComplete="username"
          autoFocus
          error={errors.email?.message}
          {...form.register('email')}
        />
        <PasswordField
          label="Password"
          autoComplete="current-password"
          error={errors.password?.message}
          {...form.register('password')}
        />
        <Button type="submit" weight="primary" className="h-9" busy={signIn.isPending}>
          {signIn.isPending ? 'Signing in…' : 'Sign in'}
        </Button>
        <Link {...paths.sso()} className={`${buttonClass()} h-9`}>
          Continue with single sign-on
        </Link>
        {'PublicKeyCredential' in window && (
          <Button className="h-9" busy={byPasskey.isPending} onClick={() => byPasskey.mutate()}>
            Use a passkey
          </Button>
        )}
        {byPasskey.isError && (
          <Notice tone="bad">
            {isProblem(byPasskey.error) ? explain(byPasskey.error).title : 'The browser gave no passkey.'}
          </Notice>
        )}
        <Link {...paths.forgot()} className="self-center text-13 text-accent-text hover:underline">
          Forgot your password?
        </Link>
        {setup.data?.sign_up === true && (
          <Link {...paths.signUp()} className={buttonClass()}>
            Sign up
          </Link>
        )}
        {setup.data?.needed === true && (
          <Link {...paths.setup()} className={buttonClass()}>
            Set up this server
          </Link>
        )}
      </form>
    </OutsideFrame>
  )
}
