// Making a stream, or changing where it goes.
import { unwrap } from '@leadkeep/client/api'
import type { AuditStream } from '@leadkeep/client/shapes'
import { Button } from '@leadkeep/ui/Button'
import { Dialog } from '@leadkeep/ui/Dialog'
import { Field, inputClass, TextField } from '@leadkeep/ui/Field'
import { Failure } from '@leadkeep/ui/Notice'
import { Select } from '@leadkeep/ui/Select'
import { toast } from '@leadkeep/ui/Toast'
import { useMutation } from '@tanstack/react-query'
import { useState, type FormEvent, type ReactNode } from 'react'
import { explain, fieldProblem } from '../../lib/explain.ts'
import { api } from '../../session/session.ts'
import type { Proved } from './EntryDetail.tsx'
import { KIND } from './streams.ts'

/** A stream, and its secret where it has a new one. */
export type Kept = { stream: AuditStream; secret: string | null }

const KINDS = [
  { value: 'webhook', label: KIND.webhook, hint: 'Signed batches of JSON over HTTPS' },
  { value: 'syslog', label: KIND.syslog, hint: 'RFC 5424 and RFC 5425' },
] as const

const STARTS = [
  { value: 'now', label: 'What is entered from now on' },
  { value: 'beginning', label: 'Everything from the beginning' },
] as const

const ADDRESS = {
  webhook: { label: 'Address', hint: 'An https address. The log of this workspace shows its host only.', sample: 'https://siem.example/leadkeep' },
  syslog: { label: 'Host and port', hint: 'The receiver has to speak TLS and to confirm the end of a connection (close_notify).', sample: 'siem.example:6514' },
} as const

type Props = {
  /** The stream that is changed; a new one when there is none. */
  stream: AuditStream | undefined
  proved: Proved
  dialog: ReactNode
  onKept: (kept: Kept) => void
  onClose: () => void
}

export function StreamDialog({ stream, proved, dialog, onKept, onClose }: Props) {
  const [name, setName] = useState(stream?.name ?? '')
  const [kind, setKind] = useState<AuditStream['kind']>(stream?.kind ?? 'webhook')
  const [address, setAddress] = useState(stream?.address ?? '')
  const [start, setStart] = useState<(typeof STARTS)[number]['value']>('now')
  const [authority, setAuthority] = useState('')
  const [publicOnes, setPublicOnes] = useState(false)
  const [tried, setTried] = useState(false)
  const save = useMutation({
    mutationFn: (): Promise<Kept> =>
      proved(async () => {
        const pem = authority.trim()
        const trusted = pem !== '' ? { authority: pem } : publicOnes ? { authority: '' } : {}
        if (stream === undefined) {
          const body = { name: name.trim(), kind, address: address.trim(), start, ...trusted }
          return unwrap(api.POST('/api/v1/audit-streams', { body }))
        }
        const moved = address.trim() === stream.address ? {} : { address: address.trim() }
        const changed = await unwrap(
          api.PATCH('/api/v1/audit-streams/{id}', {
            params: { path: { id: stream.id } },
            body: { name: name.trim(), ...moved, ...trusted },
          }),
        )
        return { stream: changed, secret: null }
      }),
    onSuccess: (kept) => {
      if (kept.secret === null) toast({ text: stream === undefined ? `“${kept.stream.name}” is streaming` : 'The stream was changed' })
      onKept(kept)
    },
  })
  const { error } = save
  const about = ADDRESS[kind]
  const missing = (value: string, what: string) => (tried && value.trim() === '' ? what : undefined)
  const nameError = missing(name, 'Say what it is called') ?? fieldProblem(error, 'name')
  const addressError = missing(address, 'Say where it goes') ?? fieldProblem(error, 'address')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (name.trim() !== '' && address.trim() !== '' && !save.isPending) save.mutate()
  }
  return (
    <Dialog
      open
      wide
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      title={stream === undefined ? 'New stream' : `Change “${stream.name}”`}
      description={
        stream === undefined
          ? 'Every entry of the audit log of this workspace is sent there, with masked addresses, as in the export.'
          : 'It goes on where it stopped.'
      }
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form="stream" weight="primary" busy={save.isPending}>
            {stream === undefined ? 'Start the stream' : 'Save'}
          </Button>
        </>
      }
    >
      <form id="stream" noValidate className="flex flex-col gap-4" onSubmit={submit}>
        {save.isError && error?.name !== 'Declined' && nameError === undefined && addressError === undefined && (
          <Failure {...explain(error)} />
        )}
        <TextField
          label="Name"
          autoComplete="off"
          maxLength={60}
          value={name}
          onChange={(event) => setName(event.target.value)}
          error={nameError}
        />
        {stream === undefined && (
          <Field label="Delivered by">
            {({ id }) => <Select id={id} label="Delivered by" value={kind} choices={KINDS} onChange={setKind} />}
          </Field>
        )}
        <TextField
          label={about.label}
          hint={about.hint}
          placeholder={about.sample}
          autoComplete="off"
          spellCheck={false}
          maxLength={500}
          value={address}
          onChange={(event) => setAddress(event.target.value)}
          error={addressError}
        />
        {stream === undefined && (
          <Field label="Begins with">
            {({ id }) => <Select id={id} label="Begins with" value={start} choices={STARTS} onChange={setStart} />}
          </Field>
        )}
        <Field
          label="Certificate authority"
          optional
          hint={
            stream?.own_authority === true
              ? 'It has one of its own. A new one, in PEM, replaces it.'
              : 'In PEM, where the receiver’s certificate is of an authority of your own. It is then the only one trusted.'
          }
        >
          {(wiring) => (
            <textarea
              rows={3}
              spellCheck={false}
              value={authority}
              placeholder="-----BEGIN CERTIFICATE-----"
              onChange={(event) => setAuthority(event.target.value)}
              className={`${inputClass} h-auto resize-y py-1.5 font-mono text-12`}
              {...wiring}
            />
          )}
        </Field>
        {stream?.own_authority === true && (
          <label className="flex items-center gap-2.5 text-13">
            <input
              type="checkbox"
              checked={publicOnes}
              onChange={(event) => setPublicOnes(event.target.checked)}
              className="size-4 shrink-0 accent-accent"
            />
            Trust the public authorities again
          </label>
        )}
      </form>
      {dialog}
    </Dialog>
  )
}
