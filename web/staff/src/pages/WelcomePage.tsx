// What a link leads to: a password and an app, set together.
import { unwrap } from '@leadkeep/client/api'
import type { StaffWelcome } from '@leadkeep/client/staff'
import { Button } from '@leadkeep/ui/Button'
import { Loading, Skeleton } from '@leadkeep/ui/Marks'
import { NewPasswordField } from '@leadkeep/ui/NewPasswordField'
import { Failure } from '@leadkeep/ui/Notice'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { Outside } from '../parts/Outside.tsx'
import { CodeField, isWhole } from '../parts/Proof.tsx'
import { QrCode } from '../parts/QrCode.tsx'
import { go, useTitle } from '../place.ts'
import { api, enter } from '../session.ts'
import { explain } from '../words.ts'

// The fragment is sent to no server, and is taken out of sight at once.
let token = ''
function taken(): string {
  if (window.location.hash.length > 1) {
    token = window.location.hash.slice(1)
    window.history.replaceState(null, '', window.location.pathname)
  }
  return token
}

export function WelcomePage() {
  useTitle('Welcome')
  const [link] = useState(taken)
  // Another link opened in the same tab changes only the fragment: begin again with it.
  useEffect(() => {
    const again = () => window.location.reload()
    window.addEventListener('hashchange', again)
    return () => window.removeEventListener('hashchange', again)
  }, [])
  const welcome = useQuery({
    queryKey: ['welcome', link],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) => unwrap(api.POST('/api/staff/v1/auth/link', { signal, body: { token: link } })),
  })
  if (welcome.data !== undefined) return <Enrol link={link} welcome={welcome.data} />
  return (
    <Outside title="Your staff link">
      {welcome.isError ? (
        <Failure {...explain(welcome.error)} />
      ) : (
        <Loading what="your link">
          <Skeleton className="h-48 w-full" />
        </Loading>
      )}
    </Outside>
  )
}

/** The server asks for as many. */
const LEAST = 12

function Enrol({ link, welcome }: { link: string; welcome: StaffWelcome }) {
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const input = useRef<HTMLInputElement>(null)
  const enrol = useMutation({
    mutationFn: () => unwrap(api.POST('/api/staff/v1/auth/enrol', { body: { token: link, password, code } })),
    onSuccess: (session) => {
      enter(session)
      go('/')
    },
    onError: () => {
      setCode('')
      input.current?.focus()
    },
  })
  const [tried, setTried] = useState(false)
  const short = [...password].length < LEAST
  const ready = !short && isWhole(code)
  return (
    <Outside title={`Welcome, ${welcome.name}`} about={<>You will sign in as {welcome.email}.</>}>
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          setTried(true)
          if (ready && !enrol.isPending) enrol.mutate()
        }}
      >
        {enrol.isError && <Failure {...explain(enrol.error)} />}
        {/* So that a password manager keeps the password under the right name. */}
        <input type="email" autoComplete="username" value={welcome.email} readOnly hidden />
        <NewPasswordField
          label="New password"
          typed={password}
          least={LEAST}
          known={[welcome.email, welcome.name]}
          autoFocus
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          error={tried && short ? `Use at least ${String(LEAST)} characters.` : undefined}
        />
        <div className="flex flex-col gap-2">
          <p className="text-13 font-medium">Scan this with an authenticator app</p>
          <div className="flex justify-center">
            <QrCode text={welcome.uri} label="QR code with the secret for your app" />
          </div>
          <details className="text-13">
            <summary className="cursor-pointer text-muted">Cannot scan? Type it</summary>
            <p className="mt-2 rounded-card border border-line bg-bg px-3 py-2 text-center font-mono text-13 break-all select-all">
              {welcome.secret}
            </p>
          </details>
        </div>
        <CodeField
          value={code}
          onChange={setCode}
          input={input}
          error={
            tried && !isWhole(code) && !(enrol.isError && code === '')
              ? 'Type the six digits that your app shows.'
              : undefined
          }
        />
        <Button type="submit" weight="primary" className="h-9" busy={enrol.isPending}>
          {enrol.isPending ? 'Setting them…' : 'Set both and go in'}
        </Button>
      </form>
    </Outside>
  )
}
