// One's own passkeys: which there are, adding one, removing one.
import { unwrap } from '@leadkeep/client/api'
import type { EnrolledPasskey, FactorProof, Factors, Passkey } from '@leadkeep/client/shapes'
import { Button } from '@leadkeep/ui/Button'
import { Card } from '@leadkeep/ui/Card'
import { TextField } from '@leadkeep/ui/Field'
import { Chip } from '@leadkeep/ui/Marks'
import { Notice } from '@leadkeep/ui/Notice'
import { toast } from '@leadkeep/ui/Toast'
import { useQueryClient } from '@tanstack/react-query'
import { KeyRound } from 'lucide-react'
import { useState } from 'react'
import { fullTime, longAgo } from '../../lib/time.ts'
import { useNow } from '../../lib/useNow.ts'
import { api } from '../../session/session.ts'
import { CodesDialog } from './EnrolDialog.tsx'
import { FactorDialog } from './FactorDialog.tsx'
import { creation, hasPasskeys } from './passkey.ts'
import { factorsQuery } from './queries.ts'

export function PasskeysCard({ factors }: { factors: Factors }) {
  const cache = useQueryClient()
  const [adding, setAdding] = useState(false)
  const [removing, setRemoving] = useState<Passkey>()
  const [codes, setCodes] = useState<readonly string[]>()
  // Asked again first: whether a proof is needed changes with the minutes.
  const fresh = () => cache.refetchQueries({ queryKey: factorsQuery.queryKey })
  const refresh = () => cache.invalidateQueries({ queryKey: factorsQuery.queryKey })
  const last = factors.passkeys.length === 1 && typeof factors.totp_enrolled_at !== 'string'
  return (
    <>
      <Card
        title="Passkeys"
        about="Your device or security key signs you in, after your finger, face or PIN. Nothing to type, and nothing a false page could ask you for."
        aside={
          <Chip tone={factors.passkeys.length === 0 ? 'neutral' : 'ok'}>
            {factors.passkeys.length === 0 ? 'None' : String(factors.passkeys.length)}
          </Chip>
        }
        foot={
          hasPasskeys && (
            <Button
              weight={factors.passkeys.length === 0 ? 'primary' : 'secondary'}
              onClick={() => void fresh().then(() => setAdding(true))}
            >
              Add a passkey
            </Button>
          )
        }
      >
        {!hasPasskeys && <Notice tone="info">This browser does not know passkeys.</Notice>}
        {factors.passkeys.length === 0 ? (
          <p className="text-13 text-muted">There is none yet.</p>
        ) : (
          <ul aria-label="Passkeys" className="-my-2 divide-y divide-line">
            {factors.passkeys.map((each) => (
              <PasskeyLine
                key={each.id}
                passkey={each}
                onRemove={() => void fresh().then(() => setRemoving(each))}
              />
            ))}
          </ul>
        )}
      </Card>
      {adding && (
        <AddPasskeyDialog
          factors={factors}
          onAdded={(enrolled) => {
            if (enrolled.recovery_codes.length > 0) setCodes(enrolled.recovery_codes)
            else toast({ text: 'The passkey is enrolled' })
            return refresh()
          }}
          onClose={() => setAdding(false)}
        />
      )}
      {codes !== undefined && (
        <CodesDialog title="Your passkey is enrolled" codes={codes} onClose={() => setCodes(undefined)} />
      )}
      {removing !== undefined && (
        <FactorDialog
          title={`Remove “${removing.name}”?`}
          about={
            last
              ? 'It is your last second factor: your recovery codes end with it. Also remove it on the device itself.'
              : 'It signs you in no longer. Also remove it on the device itself.'
          }
          action="Remove it"
          danger
          factors={factors}
          work={(body) =>
            unwrap(api.POST('/api/v1/factors/passkeys/{id}/remove', { params: { path: { id: removing.id } }, body }))
          }
          onDone={() => {
            toast({ text: 'The passkey is removed' })
            return refresh()
          }}
          onClose={() => setRemoving(undefined)}
        />
      )}
    </>
  )
}

function PasskeyLine({ passkey, onRemove }: { passkey: Passkey; onRemove: () => void }) {
  const now = useNow()
  const used = passkey.last_used_at ?? undefined
  return (
    <li className="flex items-center gap-3 py-3">
      <KeyRound size={18} aria-hidden className="shrink-0 text-muted" />
      <div className="min-w-0 flex-1">
        <p className="truncate text-13 font-medium">{passkey.name}</p>
        <p className="text-12 text-muted">
          <span title={fullTime(passkey.created_at)}>enrolled {longAgo(passkey.created_at, now)}</span>
          {' · '}
          {used === undefined ? 'not used yet' : <span title={fullTime(used)}>used {longAgo(used, now)}</span>}
          {passkey.backed_up && ' · synced between your devices'}
        </p>
      </div>
      <Button size="small" onClick={onRemove}>
        Remove<span className="sr-only"> the passkey {passkey.name}</span>
      </Button>
    </li>
  )
}

type AddPasskeyDialogProps = {
  factors: Factors
  onAdded: (enrolled: EnrolledPasskey) => Promise<void>
  onClose: () => void
}

export function AddPasskeyDialog({ factors, onAdded, onClose }: AddPasskeyDialogProps) {
  const [name, setName] = useState('My passkey')
  const work = async (body: FactorProof) => {
    const asked = await unwrap(api.POST('/api/v1/factors/passkeys/begin', { body }))
    const made = await creation(asked)
    return unwrap(api.POST('/api/v1/factors/passkeys', { body: { name: name.trim(), ...made } }))
  }
  return (
    <FactorDialog
      title="Add a passkey"
      about="Your browser asks where to keep it: on this device, on a security key, or on your phone."
      action="Add it"
      factors={factors}
      ready={name.trim() !== '' && name.trim().length <= 80}
      work={work}
      onDone={onAdded}
      onClose={onClose}
    >
      <TextField
        label="What will you call it?"
        hint="So that you know it again when you remove it."
        autoComplete="off"
        maxLength={80}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
    </FactorDialog>
  )
}
