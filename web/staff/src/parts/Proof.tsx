// The fields by which staff proves who it is, and the dialog that asks for them again.
import { unwrap } from '@leadkeep/client/api'
import { isProblem } from '@leadkeep/client/problem'
import { Button } from '@leadkeep/ui/Button'
import { Dialog } from '@leadkeep/ui/Dialog'
import { TextField } from '@leadkeep/ui/Field'
import { Failure } from '@leadkeep/ui/Notice'
import { PasswordField } from '@leadkeep/ui/PasswordField'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef, useState, type ReactNode, type RefObject } from 'react'
import { meQuery } from '../queries.ts'
import { api } from '../session.ts'
import { Declined, explain } from '../words.ts'

type CodeProps = {
  value: string
  onChange: (code: string) => void
  error?: string | undefined
  input?: RefObject<HTMLInputElement | null>
}

export function CodeField({ value, onChange, error, input }: CodeProps) {
  return (
    <TextField
      ref={input}
      label="Code from your app"
      inputMode="numeric"
      autoComplete="one-time-code"
      maxLength={16}
      className="font-mono tracking-[0.3em]"
      value={value}
      onChange={(event) => onChange(event.target.value)}
      error={error}
    />
  )
}

export const isWhole = (code: string) => /^\d{6}$/.test(code.replaceAll(/\s/g, ''))

/** Asks for password and code where the server wants a fresh proof, then does the work again. */
export function useProof(): { proved: <T>(work: () => Promise<T>) => Promise<T>; dialog: ReactNode } {
  const [asking, setAsking] = useState(false)
  const settle = useRef<{ done: () => void; declined: () => void }>(undefined)
  const proved = async <T,>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      if (!isProblem(error, 'step_up_needed')) throw error
      await new Promise<void>((done, declined) => {
        settle.current = { done, declined: () => declined(new Declined()) }
        setAsking(true)
      })
      return work()
    }
  }
  const close = (how: 'done' | 'declined') => {
    setAsking(false)
    settle.current?.[how]()
  }
  return {
    proved,
    dialog: asking && <ProofDialog onProved={() => close('done')} onClose={() => close('declined')} />,
  }
}

function ProofDialog({ onProved, onClose }: { onProved: () => void; onClose: () => void }) {
  const cache = useQueryClient()
  const me = useQuery(meQuery).data?.staff
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const input = useRef<HTMLInputElement>(null)
  const prove = useMutation({
    mutationFn: () => unwrap(api.POST('/api/staff/v1/auth/step-up', { body: { password, code } })),
    onSuccess: (standing) => {
      cache.setQueryData(meQuery.queryKey, standing)
      onProved()
    },
    onError: () => {
      setCode('')
      input.current?.focus()
    },
  })
  const ready = password !== '' && isWhole(code)
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      title="Prove that it is you"
      description="This asks for a proof from the last ten minutes."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form="proof" weight="primary" busy={prove.isPending} disabled={!ready}>
            Go on
          </Button>
        </>
      }
    >
      <form
        id="proof"
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          // A form inside a dialog inside a form: only this one is meant.
          event.stopPropagation()
          if (ready && !prove.isPending) prove.mutate()
        }}
      >
        {prove.isError && <Failure {...explain(prove.error)} />}
        <input type="email" autoComplete="username" value={me?.email ?? ''} readOnly hidden />
        <PasswordField
          label="Password"
          autoComplete="current-password"
          error={undefined}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        <CodeField value={code} onChange={setCode} input={input} />
      </form>
    </Dialog>
  )
}
