// One's own password and address.
import { zodResolver } from '@hookform/resolvers/zod'
import { unwrap } from '@leadkeep/client/api'
import { isProblem } from '@leadkeep/client/problem'
import { Button } from '@leadkeep/ui/Button'
import { Card } from '@leadkeep/ui/Card'
import { TextField } from '@leadkeep/ui/Field'
import { NewPasswordField } from '@leadkeep/ui/NewPasswordField'
import { Failure, Notice } from '@leadkeep/ui/Notice'
import { PasswordField } from '@leadkeep/ui/PasswordField'
import { toast } from '@leadkeep/ui/Toast'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { explain } from '../../lib/explain.ts'
import { api, useSession } from '../../session/session.ts'
import { MIN_PASSWORD, email, newPassword, password } from './fields.ts'
import { sessionsQuery } from './queries.ts'
import { Declined, useStepUp } from './useStepUp.tsx'

const change = z.object({ current: password, password: newPassword })
const EMPTY = { current: '', password: '' }

export function PasswordCard() {
  const cache = useQueryClient()
  const { person } = useSession()
  const stepUp = useStepUp()
  const form = useForm({ resolver: zodResolver(change), defaultValues: EMPTY })
  const save = useMutation({
    mutationFn: (body: z.infer<typeof change>) =>
      stepUp.proved(() => unwrap(api.POST('/api/v1/me/password', { body }))),
    onSuccess: () => {
      form.reset(EMPTY)
      toast({ text: 'Password changed', detail: 'All your other sessions have ended.' })
      return cache.invalidateQueries({ queryKey: sessionsQuery.queryKey })
    },
  })
  const { errors } = form.formState
  const wrong = isProblem(save.error, 'wrong_password') ? 'That is not your password.' : undefined
  return (
    <form noValidate onSubmit={(event) => void form.handleSubmit((values) => save.mutate(values))(event)}>
      <Card
        title="Password"
        about="Changing it ends all your other sessions. You are told by mail."
        foot={
          <Button type="submit" weight="primary" busy={save.isPending}>
            Change password
          </Button>
        }
      >
        <div className="flex max-w-sm flex-col gap-4">
          {save.isError && wrong === undefined && !(save.error instanceof Declined) && <Failure {...explain(save.error)} />}
          <input type="email" autoComplete="username" value={person.email} readOnly hidden />
          <PasswordField
            label="Password so far"
            autoComplete="current-password"
            error={errors.current?.message ?? wrong}
            {...form.register('current')}
          />
          <NewPasswordField
            label="New password"
            typed={form.watch('password')}
            least={MIN_PASSWORD}
            known={[person.email, person.name]}
            error={errors.password?.message}
            {...form.register('password')}
          />
        </div>
      </Card>
      {stepUp.dialog}
    </form>
  )
}

const move = z.object({ email, password })

export function EmailCard() {
  const { person } = useSession()
  const stepUp = useStepUp()
  const form = useForm({ resolver: zodResolver(move), defaultValues: { email: '', password: '' } })
  const ask = useMutation({
    mutationFn: (body: z.infer<typeof move>) => stepUp.proved(() => unwrap(api.POST('/api/v1/me/email', { body }))),
    onSuccess: () => form.reset(),
  })
  const { errors } = form.formState
  const wrong = isProblem(ask.error, 'wrong_password') ? 'That is not your password.' : undefined
  return (
    <form noValidate onSubmit={(event) => void form.handleSubmit((values) => ask.mutate(values))(event)}>
      <Card
        title="E-mail"
        about={
          <>
            You sign in as <span className="font-medium break-all text-text">{person.email}</span>. A new address counts
            once you have confirmed it; the old one is told and can be taken back for three days.
          </>
        }
        foot={
          <Button type="submit" weight="primary" busy={ask.isPending}>
            Send a confirmation
          </Button>
        }
      >
        <div className="flex max-w-sm flex-col gap-4">
          {ask.isSuccess && (
            <Notice tone="ok" title="Look into your mail">
              Open the link that was sent to {ask.variables.email}.
            </Notice>
          )}
          {ask.isError && wrong === undefined && !(ask.error instanceof Declined) && <Failure {...explain(ask.error)} />}
          <TextField
            label="New e-mail"
            type="email"
            autoComplete="email"
            error={errors.email?.message}
            {...form.register('email')}
          />
          <PasswordField
            label="Your password"
            autoComplete="current-password"
            error={errors.password?.message ?? wrong}
            {...form.register('password')}
          />
        </div>
      </Card>
      {stepUp.dialog}
    </form>
  )
}
