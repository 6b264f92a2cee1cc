// Signing in as staff: address, password and code at once.
import { unwrap } from '@leadkeep/client/api'
import { Button } from '@leadkeep/ui/Button'
import { TextField } from '@leadkeep/ui/Field'
import { Failure, Notice } from '@leadkeep/ui/Notice'
import { PasswordField } from '@leadkeep/ui/PasswordField'
import { useMutation } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { Outside } from '../parts/Outside.tsx'
import { CodeField, isWhole } from '../parts/Proof.tsx'
import { useTitle } from '../place.ts'
import { api, enter } from '../session.ts'
import { explain } from '../words.ts'

export function SignInPage({ ended }: { ended: boolean }) {
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const input = useRef<HTMLInputElement>(null)
  const signIn = useMutation({
    mutationFn: () => unwrap(api.POST('/api/staff/v1/auth/sign-in', { body: { email, password, code } })),
    onSuccess: enter,
    onError: () => {
      setCode('')
      input.current?.focus()
    },
  })
  const [tried, setTried] = useState(false)
  const missing = (is: boolean, what: string) => (tried && is ? what : undefined)
  const ready = email.includes('@') && password !== '' && isWhole(code)
  useTitle('Sign in')
  return (
    <Outside title="Staff sign-in" about="For those who run this installation.">
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          setTried(true)
          if (ready && !signIn.isPending) signIn.mutate()
        }}
      >
        {ended && !signIn.isError && <Notice tone="info">Your session has ended. Sign in to go on.</Notice>}
        {signIn.isError && <Failure {...explain(signIn.error)} />}
        <TextField
          label="E-mail"
          type="email"
          autoComplete="username"
          autoFocus
          value={email}
          onChange={(event) => setEmail(event.target.value)}
          error={missing(!email.includes('@'), 'Type your e-mail address.')}
        />
        <PasswordField
          label="Password"
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          error={missing(password === '', 'Type your password.')}
        />
        <CodeField
          value={code}
          onChange={setCode}
          input={input}
          // After a refusal the code is empty by itself: that is no mistake of theirs.
          error={missing(!isWhole(code) && !(signIn.isError && code === ''), 'Type the six digits that your app shows.')}
        />
        <Button type="submit" weight="primary" className="h-9" busy={signIn.isPending}>
          {signIn.isPending ? 'Signing in…' : 'Sign in'}
        </Button>
        <p className="text-12 text-pretty text-muted">
          Lost the password or the app? A super admin of the staff, or <code>leadkeep admin staff-link</code> on the
          machine, makes you a new link.
        </p>
      </form>
    </Outside>
  )
}
