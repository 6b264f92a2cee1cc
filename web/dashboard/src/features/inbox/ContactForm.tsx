// Name and address of a contact.
import { zodResolver } from '@hookform/resolvers/zod'
import { unwrap } from '@leadkeep/client/api'
import type { Contact } from '@leadkeep/client/shapes'
import { Button } from '@leadkeep/ui/Button'
import { TextField } from '@leadkeep/ui/Field'
import { Failure } from '@leadkeep/ui/Notice'
import { toast } from '@leadkeep/ui/Toast'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { explain, fieldProblem } from '../../lib/explain.ts'
import { api, useSession } from '../../session/session.ts'
import { showContact } from './live.ts'

const shape = z.object({
  name: z.string().check(z.trim(), z.maxLength(80, 'Keep it under 80 characters.')),
  email: z.union([z.literal(''), z.email('This does not look like an e-mail address.')]),
})

export function ContactForm({ contact, onDone }: { contact: Contact; onDone: () => void }) {
  const cache = useQueryClient()
  const operatorId = useSession().operator.id
  const form = useForm({
    resolver: zodResolver(shape),
    defaultValues: { name: contact.name ?? '', email: contact.email ?? '' },
  })
  const save = useMutation({
    mutationFn: (values: z.infer<typeof shape>) => {
      // Only what was changed: an empty field that was empty before is not an order to clear it.
      const body = {
        ...(values.name === (contact.name ?? '') ? {} : { name: values.name === '' ? null : values.name }),
        ...(values.email === (contact.email ?? '') ? {} : { email: values.email === '' ? null : values.email }),
      }
      return unwrap(api.PATCH('/api/v1/contacts/{id}', { params: { path: { id: contact.id } }, body }))
    },
    onSuccess: (saved) => {
      showContact({ cache, operatorId }, saved)
      toast({ text: 'Contact saved' })
      onDone()
    },
  })
  const { errors } = form.formState
  return (
    <form
      noValidate
      className="flex flex-col gap-3"
      onSubmit={(event) => void form.handleSubmit((values) => save.mutate(values))(event)}
    >
      <TextField
        label="Name"
        autoComplete="off"
        error={errors.name?.message ?? fieldProblem(save.error, 'name')}
        {...form.register('name')}
      />
      <TextField
        label="E-mail"
        type="email"
        autoComplete="off"
        error={errors.email?.message ?? fieldProblem(save.error, 'email')}
        {...form.register('email')}
      />
      {save.isError && <Failure {...explain(save.error)} />}
      <div className="flex gap-2">
        <Button type="submit" size="small" weight="primary" busy={save.isPending}>
          Save
        </Button>
        <Button size="small" onClick={onDone}>
          Cancel
        </Button>
      </div>
    </form>
  )
}
