// Pages that begin or end with a mail: a forgotten password, a new address, the old one again.
import { zodResolver } from '@hookform/resolvers/zod'
import { unwrap } from '@leadkeep/client/api'
import { Button, buttonClass } from '@leadkeep/ui/Button'
import { TextField } from '@leadkeep/ui/Field'
import { NewPasswordField } from '@leadkeep/ui/NewPasswordField'
import { Failure, Notice } from '@leadkeep/ui/Notice'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, type ReactNode } from 'react'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { explain } from '../../lib/explain.ts'
import { paths } from '../../lib/paths.ts'
import { publicApi } from '../../session/session.ts'
import { MIN_PASSWORD, email, newPassword } from './fields.ts'
import { useFragmentToken } from './fragment.ts'
import { OutsideFrame } from './OutsideFrame.tsx'
import { setupQuery } from './queries.ts'
import { useWork } from './useWork.tsx'

function useTitle(title: string) {
  useEffect(() => {
    document.title = `${title} · Leadkeep`
  }, [title])
}

function ToSignIn({ children }: { children: ReactNode }) {
  return (
    <Link {...paths.signIn()} className={buttonClass()}>
      {children}
    </Link>
  )
}

const incomplete = <Notice tone="warn">The address is incomplete: the part after # is missing.</Notice>

const address = z.object({ email })

export function ForgotPage() {
  useTitle('Forgot password')
  const setup = useQuery(setupQuery)
  const form = useForm({ resolver: zodResolver(address), defaultValues: { email: '' } })
  const work = useWork()
  const ask = useMutation({
    mutationFn: (body: z.infer<typeof address>) => unwrap(work.api.POST('/api/v1/auth/reset', { body })),
  })
  const kept = setup.data?.mail === 'kept' && (
    <Notice tone="info" title="This server sends no mail">
      Whoever runs it finds the link in its private mailbox.
    </Notice>
  )
  if (ask.isSuccess) {
    return (
      <OutsideFrame title="Look into your mail">
        <div className="flex flex-col gap-4">
          <p className="text-13">
            If <span className="font-medium break-all">{ask.variables.email}</span> has a login here, a link to choose a
            new password is on its way. It works once, for 30 minutes.
          </p>
          {kept}
          <ToSignIn>Back to sign-in</ToSignIn>
        </div>
      </OutsideFrame>
    )
  }
  return (
    <OutsideFrame title="Forgot your password?" about="We send you a link to choose a new one.">
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
        <ToSignIn>Back to sign-in</ToSignIn>
      </form>
    </OutsideFrame>
  )
}

const fresh = z.object({ password: newPassword })

/** The link is used when the form is sent, not when the page is opened: programs that look at mail open links too. */
export function ResetPage() {
  useTitle('New password')
  const token = useFragmentToken('reset')
  const form = useForm({ resolver: zodResolver(fresh), defaultValues: { password: '' } })
  const finish = useMutation({
    mutationFn: ({ password }: z.infer<typeof fresh>) =>
      unwrap(publicApi.POST('/api/v1/auth/reset/finish', { body: { token, password } })),
  })
  if (finish.isSuccess) {
    return (
      <OutsideFrame title="Your password was changed" about="All your sessions have ended.">
        <div className="flex flex-col gap-4">
          <Link {...paths.signIn()} className={buttonClass('primary')}>
            Sign in
          </Link>
        </div>
      </OutsideFrame>
    )
  }
  return (
    <OutsideFrame title="Choose a new password">
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => void form.handleSubmit((values) => finish.mutate(values))(event)}
      >
        {token === '' && incomplete}
        {finish.isError && <Failure {...explain(finish.error)} />}
        <NewPasswordField
          label="New password"
          autoFocus
          typed={form.watch('password')}
          least={MIN_PASSWORD}
          error={form.formState.errors.password?.message}
          {...form.register('password')}
        />
        <Button type="submit" weight="primary" className="h-9" busy={finish.isPending} disabled={token === ''}>
          {finish.isPending ? 'Saving…' : 'Save the new password'}
        </Button>
        <Link {...paths.forgot()} className={buttonClass()}>
          Ask for a new link
        </Link>
      </form>
    </OutsideFrame>
  )
}

export function ConfirmEmailPage() {
  return (
    <OneButton
      page="confirm-email"
      title="Confirm your new address"
      about="From then on you sign in with it."
      action="Confirm"
      send={(token) => unwrap(publicApi.POST('/api/v1/auth/email/confirm', { body: { token } }))}
      done="Your new address counts from now on. Your old one was told."
    />
  )
}

export function UndoEmailPage() {
  return (
    <OneButton
      page="undo-email"
      title="Take your old address back"
      about="All sessions end, and we send you a link for a new password."
      action="Take it back"
      send={(token) => unwrap(publicApi.POST('/api/v1/auth/email/undo', { body: { token } }))}
      done="Your old address is yours again. Look into your mail for a link to choose a new password."
    />
  )
}

export function CancelHelpPage() {
  return (
    <OneButton
      page="cancel-help"
      title="Keep your second factors"
      about="Somebody who knows your password said that they are lost, and asked your colleagues for help."
      action="That was not me: keep them"
      send={(token) => unwrap(publicApi.POST('/api/v1/auth/second-factor/cancel-help', { body: { token } }))}
      done="Your second factors stay. Whoever asked knows your password: choose a new one now, by “Forgot password”."
    />
  )
}

type OneButtonProps = {
  page: string
  title: string
  about: string
  action: string
  done: string
  send: (token: string) => Promise<unknown>
}

function OneButton({ page, title, about, action, done, send }: OneButtonProps) {
  useTitle(title)
  const token = useFragmentToken(page)
  const use = useMutation({ mutationFn: () => send(token) })
  return (
    <OutsideFrame title={title} about={about}>
      <div className="flex flex-col gap-4">
        {token === '' && incomplete}
        {use.isError && <Failure {...explain(use.error)} />}
        {use.isSuccess ? (
          <>
            <Notice tone="ok">{done}</Notice>
            <ToSignIn>Sign in</ToSignIn>
          </>
        ) : (
          <Button weight="primary" busy={use.isPending} disabled={token === ''} onClick={() => use.mutate()}>
            {action}
          </Button>
        )}
      </div>
    </OutsideFrame>
  )
}
