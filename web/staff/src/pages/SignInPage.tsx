// Signing in as staff: address, password and code at once.
import { unwrap } from '@leadkeep/client/api'
import { Button } from '@leadkeep/ui/Button'
import { TextField } from '@leadkeep/ui/Field'
import { Failure, Notice } from '@leadkeep/ui/Notice'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { Outside } from '../parts/Outside.tsx'
import { CodeField, isWhole } from '../parts/Proof.tsx'
import { api, enter } from '../session.ts'
import { explain } from '../words.ts'

export function SignInPage({ ended }: { ended: boolean }) {
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const signIn = useMutation({
    mutationFn: () => unwrap(api.POST('/api/staff/v1/auth/sign-in', { body: { email, password, code } })),
    onSuccess: enter,
    onError: () => setCode(''),
  })
  const ready = email.includes('@') && password !== '' && isWhole(code)
  return (
    <Outside title="Staff sign-in" about="For those who run this installation.">
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
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
        />
        <TextField
          label="Password"
          type="password"
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        <CodeField value={code} onChange={setCode} />
        <Button type="submit" weight="primary" className="h-9" busy={signIn.isPending} disabled={!ready}>
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
