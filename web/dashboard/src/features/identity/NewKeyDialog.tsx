// Making an API key: what for, what it may do, for how long, from where.
import { unwrap } from '@leadkeep/client/api'
import { Problem } from '@leadkeep/client/problem'
import type { KeyScope, MadeApiKey } from '@leadkeep/client/shapes'
import { Button } from '@leadkeep/ui/Button'
import { Dialog } from '@leadkeep/ui/Dialog'
import { Field, inputClass, TextField } from '@leadkeep/ui/Field'
import { Failure } from '@leadkeep/ui/Notice'
import { Select } from '@leadkeep/ui/Select'
import { useMutation } from '@tanstack/react-query'
import { useId, useState, type FormEvent } from 'react'
import { explain, fieldProblem } from '../../lib/explain.ts'
import { api } from '../../session/session.ts'
import { LIVES, networksOf, SCOPE, SCOPES } from './apiKeys.ts'
import { Declined, useStepUp } from './useStepUp.tsx'

type NewKeyDialogProps = { onMade: (made: MadeApiKey) => void; onClose: () => void }

export function NewKeyDialog({ onMade, onClose }: NewKeyDialogProps) {
  const stepUp = useStepUp()
  const [name, setName] = useState('')
  const [scopes, setScopes] = useState<ReadonlySet<KeyScope>>(new Set())
  const [life, setLife] = useState('90')
  const [networks, setNetworks] = useState('')
  const [tried, setTried] = useState(false)
  const make = useMutation({
    mutationFn: () =>
      stepUp.proved(() =>
        unwrap(
          api.POST('/api/v1/api-keys', {
            body: {
              name: name.trim(),
              scopes: SCOPES.filter((each) => scopes.has(each)),
              expires_in_days: Number(life),
              allowed_addresses: networksOf(networks),
            },
          }),
        ),
      ),
    onSuccess: onMade,
  })
  const { error } = make
  const badNetworks = networksProblem(error)
  const badName = fieldProblem(error, 'name')
  const nameError = tried && name.trim() === '' ? 'Say what the key is for' : badName
  const scopesError = tried && scopes.size === 0 ? 'Choose at least one' : undefined
  function submit(event: FormEvent) {
    event.preventDefault()
    setTried(true)
    if (name.trim() !== '' && scopes.size > 0 && !make.isPending) make.mutate()
  }
  const toggle = (scope: KeyScope) => {
    const next = new Set(scopes)
    if (!next.delete(scope)) next.add(scope)
    setScopes(next)
  }
  return (
    <Dialog
      open
      wide
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      title="New API key"
      description="For a program of yours. It works in this workspace only, and can do no more than you choose here."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form="new-key" weight="primary" busy={make.isPending}>
            Make the key
          </Button>
        </>
      }
    >
      <form id="new-key" noValidate className="flex flex-col gap-4" onSubmit={submit}>
        {make.isError && !(error instanceof Declined) && badNetworks === undefined && badName === undefined && (
          <Failure {...explain(error)} />
        )}
        <TextField
          label="Name"
          hint="What it is for, so that others know it too."
          autoComplete="off"
          maxLength={80}
          value={name}
          onChange={(event) => setName(event.target.value)}
          error={nameError}
        />
        <Scopes chosen={scopes} error={scopesError} onToggle={toggle} />
        <Field label="It works for" hint="Shorter is safer; rotating gives it a new secret and new time.">
          {({ id }) => <Select id={id} label="It works for" value={life} choices={LIVES} onChange={setLife} />}
        </Field>
        <Field
          label="Allowed addresses"
          optional
          hint="Networks such as 203.0.113.0/24 or 2001:db8::/32, one on each line. Empty: from anywhere."
          error={badNetworks}
        >
          {(wiring) => (
            <textarea
              rows={2}
              spellCheck={false}
              value={networks}
              onChange={(event) => setNetworks(event.target.value)}
              className={`${inputClass} h-auto resize-y py-1.5 font-mono text-13`}
              {...wiring}
            />
          )}
        </Field>
      </form>
      {stepUp.dialog}
    </Dialog>
  )
}

/** What the server says of one of the networks. */
function networksProblem(error: unknown): string | undefined {
  if (!(error instanceof Problem)) return undefined
  return error.errors.find((each) => each.pointer.startsWith('/allowed_addresses'))?.message
}

type ScopesProps = {
  chosen: ReadonlySet<KeyScope>
  error: string | undefined
  onToggle: (scope: KeyScope) => void
}

function Scopes({ chosen, error, onToggle }: ScopesProps) {
  const id = useId()
  return (
    <fieldset aria-describedby={error === undefined ? undefined : `${id}-error`}>
      <legend className="pb-1.5 text-13 font-medium">It may</legend>
      <div className="grid gap-x-4 gap-y-2.5 pane:grid-cols-2">
        {SCOPES.map((scope) => (
          <div key={scope} className="flex items-start gap-2.5">
            <input
              id={`${id}-${scope}`}
              type="checkbox"
              checked={chosen.has(scope)}
              onChange={() => onToggle(scope)}
              aria-describedby={`${id}-${scope}-about`}
              className="mt-0.5 size-4 shrink-0 accent-accent"
            />
            <div className="min-w-0">
              <label htmlFor={`${id}-${scope}`} className="block cursor-pointer text-13">
                {SCOPE[scope].name}
              </label>
              <p id={`${id}-${scope}-about`} className="text-12 text-muted">
                {SCOPE[scope].about}
              </p>
            </div>
          </div>
        ))}
      </div>
      {error !== undefined && (
        <p id={`${id}-error`} className="pt-1.5 text-12 text-bad">
          {error}
        </p>
      )}
    </fieldset>
  )
}
