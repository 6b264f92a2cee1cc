// Single sign-on for people who are not signed in: away to the provider, and back.
import { zodResolver } from '@hookform/resolvers/zod'
import { unwrap } from '@leadkeep/client/api'
import type { Challenge, Session } from '@leadkeep/client/shapes'
import { Button, buttonClass } from '@leadkeep/ui/Button'
import { TextField } from '@leadkeep/ui/Field'
import { Failure, Notice } from '@leadkeep/ui/Notice'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { explain } from '../../lib/explain.ts'
import { paths } from '../../lib/paths.ts'
import { publicApi, session } from '../../session/session.ts'
import { email } from './fields.ts'
import { useFragmentToken } from './fragment.ts'
import { OutsideFrame } from './OutsideFrame.tsx'
import { setupQuery } from './queries.ts'
import { SecondFactorForm } from './SecondFactorForm.tsx'

const REMEMBERED = 'lk.sso'

/** Without storage, nothing is remembered. */
function remembered(): string {
  try {
    return window.localStorage.getItem(REMEMBERED) ?? ''
  } catch {
    return ''
  }
}

function remember(workspace: string) {
  try {
    window.localStorage.setItem(REMEMBERED, workspace)
  } catch {
    // The next time begins with the link again.
  }
}

function useTitle() {
  useEffect(() => {
    document.title = 'Single sign-on · Leadkeep'
  }, [])
}

const toPassword = (
  <Link {...paths.signIn()} className={buttonClass()}>
    Sign in with a password
  </Link>
)

/** With a workspace after the `#`, or one that was used here before, straight to its provider. */
export function SsoPage() {
  useTitle()
  const linked = useFragmentToken('sso')
  const [before] = useState(remembered)
  const workspace = linked === '' ? before : linked
  const [other, setOther] = useState(workspace === '')
  const begin = useMutation({
    mutationFn: () => unwrap(publicApi.POST('/api/v1/auth/sso', { body: { workspace_id: workspace } })),
    onSuccess: ({ url }) => window.location.assign(url),
  })
  if (other) return <FindForm />
  return (
    <OutsideFrame title="Single sign-on" about="Your workspace's provider asks who you are, and sends you back.">
      <div className="flex flex-col gap-4">
        {begin.isError && <Failure {...explain(begin.error)} />}
        <Button
          weight="primary"
          className="h-9"
          autoFocus
          busy={begin.isPending || begin.isSuccess}
          onClick={() => begin.mutate()}
        >
          {begin.isPending || begin.isSuccess ? 'On the way…' : 'Continue to your provider'}
        </Button>
        <Button onClick={() => setOther(true)}>Another workspace</Button>
        {toPassword}
      </div>
    </OutsideFrame>
  )
}

const address = z.object({ email })

/** The way goes by mail, so that nobody learns here who belongs to what. */
function FindForm() {
  const setup = useQuery(setupQuery)
  const form = useForm({ resolver: zodResolver(address), defaultValues: { email: '' } })
  const find = useMutation({
    mutationFn: (body: z.infer<typeof address>) => unwrap(publicApi.POST('/api/v1/auth/sso/find', { body })),
  })
  if (find.isSuccess) {
    return (
      <OutsideFrame title="Look into your mail">
        <div className="flex flex-col gap-4">
          <p className="text-13">
            If a workspace of <span className="font-medium break-all">{find.variables.email}</span> has single sign-on,
            the way to it is on its way to you. This browser remembers it from then on.
          </p>
          {setup.data?.mail === 'kept' && (
            <Notice tone="info" title="This server sends no mail">
              Whoever runs it finds the link in its private mailbox.
            </Notice>
          )}
          {toPassword}
        </div>
      </OutsideFrame>
    )
  }
  return (
    <OutsideFrame
      title="Single sign-on"
      about="We send you the link to your workspace's sign-in page. Your colleagues may have it, too."
    >
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => void form.handleSubmit((values) => find.mutate(values))(event)}
      >
        {find.isError && <Failure {...explain(find.error)} />}
        <TextField
          label="E-mail"
          type="email"
          autoComplete="username"
          autoFocus
          error={form.formState.errors.email?.message}
          {...form.register('email')}
        />
        <Button type="submit" weight="primary" className="h-9" busy={find.isPending}>
          Send me the link
        </Button>
        {toPassword}
      </form>
    </OutsideFrame>
  )
}

type Said = { state: string; code?: string; iss?: string }

let heard: Said | undefined

/** What the provider put into the address; it is taken out of sight at once. */
function hear(): Said | undefined {
  const query = new URLSearchParams(window.location.search)
  const [state, code, iss] = [query.get('state'), query.get('code'), query.get('iss')]
  if (state !== null) {
    heard = { state, ...(code === null ? {} : { code }), ...(iss === null ? {} : { iss }) }
    window.history.replaceState(window.history.state, '', window.location.pathname)
  }
  return heard
}

export function SsoReturnPage() {
  useTitle()
  const navigate = useNavigate()
  const [said] = useState(hear)
  const [challenge, setChallenge] = useState<Challenge>()
  const enter = (opened: Session) => {
    remember(opened.workspace.id)
    session.begin(opened)
    void navigate({ ...paths.inbox(), replace: true })
  }
  const finish = useMutation({
    mutationFn: (body: Said) =>
      unwrap(
        publicApi.POST('/api/v1/auth/sso/finish', { body, headers: { 'Leadkeep-Client': 'dashboard' } }),
      ),
    onSuccess: (answer) => {
      if (answer.outcome === 'session') enter(answer)
      else setChallenge(answer)
    },
  })
  // An answer works once, and an effect may run twice.
  const started = useRef(false)
  const { mutate } = finish
  useEffect(() => {
    if (said === undefined || started.current) return
    started.current = true
    mutate(said)
  }, [said, mutate])
  if (challenge !== undefined) {
    return (
      <SecondFactorForm
        challenge={challenge}
        after="provider"
        onEntered={enter}
        onBack={() => void navigate({ ...paths.sso() })}
      />
    )
  }
  const failed = said === undefined || finish.isError
  return (
    <OutsideFrame title={failed ? 'You are not signed in' : 'Signing you in'}>
      <div className="flex flex-col gap-4">
        {said === undefined && <Notice tone="warn">Nothing came back from a provider. Begin again.</Notice>}
        {finish.isError && <Failure {...explain(finish.error)} />}
        {failed ? (
          <>
            <Link {...paths.sso()} className={buttonClass('primary')}>
              Begin again
            </Link>
            {toPassword}
          </>
        ) : (
          <Button weight="primary" busy>
            Signing in…
          </Button>
        )}
      </div>
    </OutsideFrame>
  )
}
