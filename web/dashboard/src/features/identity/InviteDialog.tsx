// Inviting somebody. The link is mailed; where no mail is sent, it is shown once and kept nowhere.
import { zodResolver } from '@hookform/resolvers/zod'
import { unwrap } from '@leadkeep/client/api'
import type { Role } from '@leadkeep/client/shapes'
import { Button } from '@leadkeep/ui/Button'
import { CopyField } from '@leadkeep/ui/CopyField'
import { Dialog } from '@leadkeep/ui/Dialog'
import { Field, TextField } from '@leadkeep/ui/Field'
import { Failure, Notice } from '@leadkeep/ui/Notice'
import { Select } from '@leadkeep/ui/Select'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { explain, fieldProblem } from '../../lib/explain.ts'
import { api, useSession } from '../../session/session.ts'
import { email } from './fields.ts'
import { invitationsQuery, setupQuery } from './queries.ts'
import { mayGive, ROLE_ABOUT, ROLE_NAME, ROLES } from './roles.ts'
import { Declined, useStepUp } from './useStepUp.tsx'

const shape = z.object({ email, role: z.enum(['user', 'admin', 'super_admin']) })
const NEW: { email: string; role: Role } = { email: '', role: 'user' }

export function InviteDialog({ onClose }: { onClose: () => void }) {
  const cache = useQueryClient()
  const own = useSession().operator.role
  const stepUp = useStepUp()
  const form = useForm({ resolver: zodResolver(shape), defaultValues: NEW })
  const invite = useMutation({
    mutationFn: (body: z.infer<typeof shape>) =>
      stepUp.proved(() => unwrap(api.POST('/api/v1/invitations', { body }))),
    onSuccess: () => cache.invalidateQueries({ queryKey: invitationsQuery.queryKey }),
  })
  const mailed = useQuery(setupQuery).data?.mail === 'sent'
  const { errors } = form.formState
  const role = form.watch('role')
  const submit = form.handleSubmit((values) => invite.mutate(values))
  const sent = invite.data

  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      title={sent === undefined ? 'Invite somebody' : sent.link === null ? 'Invitation sent' : 'Invitation ready'}
      description={
        sent === undefined
          ? 'They choose their own password.'
          : `For ${sent.invitation.email}, as ${ROLE_NAME[sent.invitation.role]}.`
      }
      footer={
        sent === undefined ? (
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button weight="primary" busy={invite.isPending} onClick={() => void submit()}>
              {mailed ? 'Send the invitation' : 'Make the link'}
            </Button>
          </>
        ) : (
          <Button weight="primary" onClick={onClose}>
            Done
          </Button>
        )
      }
    >
      {sent === undefined ? (
        <form noValidate className="flex flex-col gap-4" onSubmit={(event) => void submit(event)}>
          {invite.isError && !(invite.error instanceof Declined) && <Failure {...explain(invite.error)} />}
          <TextField
            label="E-mail"
            type="email"
            autoComplete="off"
            error={errors.email?.message ?? fieldProblem(invite.error, 'email')}
            {...form.register('email')}
          />
          <Field label="Role" hint={ROLE_ABOUT[role]}>
            {({ id }) => (
              <Select
                id={id}
                label="Role"
                value={role}
                choices={ROLES.filter((each) => mayGive(own, each)).map((each) => ({
                  value: each,
                  label: ROLE_NAME[each],
                  hint: ROLE_ABOUT[each],
                }))}
                onChange={(chosen) => form.setValue('role', chosen)}
              />
            )}
          </Field>
          <button type="submit" hidden aria-hidden tabIndex={-1} />
        </form>
      ) : (
        <Sent link={sent.link} />
      )}
      {stepUp.dialog}
    </Dialog>
  )
}

function Sent({ link }: { link: string | null }) {
  if (link !== null) return <LinkOnce link={link} />
  return <Notice tone="ok">The link is on its way by mail. It works once, for three days.</Notice>
}

function LinkOnce({ link }: { link: string }) {
  return (
    <div className="flex flex-col gap-3">
      <CopyField what="Link" value={link} />
      <Notice tone="warn">This is the only time the link is shown. Send it to them yourself; it works once.</Notice>
    </div>
  )
}
