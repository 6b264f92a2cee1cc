// A second factor is required and missing: nothing else is open until one is enrolled.
import { unwrap } from '@leadkeep/client/api'
import type { Session, TotpEnrolment } from '@leadkeep/client/shapes'
import { Button } from '@leadkeep/ui/Button'
import { Failure } from '@leadkeep/ui/Notice'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouter, useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { explain } from '../../lib/explain.ts'
import { api, session, useSession, useSessionState } from '../../session/session.ts'
import { CodesDialog, EnrolDialog } from './EnrolDialog.tsx'
import { OutsideFrame } from './OutsideFrame.tsx'
import { hasPasskeys } from './passkey.ts'
import { AddPasskeyDialog } from './PasskeysCard.tsx'
import { factorsQuery } from './queries.ts'
import { Declined, useStepUp } from './useStepUp.tsx'

export function EnrolPage() {
  const router = useRouter()
  const state = useSessionState()
  const { session_id } = useSession()
  const over = state.kind !== 'in'
  // The session ended: the router asks again who may be here.
  useEffect(() => {
    document.title = 'One more step · Leadkeep'
    if (over) void router.invalidate()
  }, [over, router])
  return <Steps key={session_id} />
}

function whyOf({ operator, workspace }: Session): string {
  return operator.role === 'user'
    ? `${workspace.name} requires a second factor of everybody.`
    : 'Your role can change much, so it needs a second proof beside your password.'
}

function Steps() {
  const router = useRouter()
  const { next } = useSearch({ strict: false })
  const here = useSession()
  const cache = useQueryClient()
  // This cache outlives sessions: what it knows of factors may be somebody else's.
  useState(() => cache.removeQueries({ queryKey: factorsQuery.queryKey }))
  const stepUp = useStepUp()
  const [enrolment, setEnrolment] = useState<TotpEnrolment>()
  const [enrolled, setEnrolled] = useState(false)
  const [adding, setAdding] = useState(false)
  const [codes, setCodes] = useState<readonly string[]>()
  const factors = useQuery(factorsQuery)
  const go = (to: string) => router.history.replace(to)
  const begin = useMutation({
    mutationFn: () => stepUp.proved(() => unwrap(api.POST('/api/v1/factors/totp', { body: {} }))),
    onSuccess: setEnrolment,
  })
  const enter = useMutation({ mutationFn: () => session.refresh(), onSuccess: () => go(next ?? '/inbox') })
  const leave = useMutation({ mutationFn: () => session.signOut(), onSettled: () => go('/sign-in') })
  const move = useMutation({
    mutationFn: (workspace_id: string) => unwrap(api.POST('/api/v1/auth/switch', { body: { workspace_id } })),
    onSuccess: (opened) => {
      session.begin(opened)
      go('/inbox')
    },
  })
  const failed = [begin, enter, move].find((each) => each.isError && !(each.error instanceof Declined))
  return (
    <OutsideFrame title="One more step" about={whyOf(here)}>
      <div className="flex flex-col gap-4">
        {failed !== undefined && <Failure {...explain(failed.error)} />}
        <p className="text-13 text-pretty text-muted">
          Add a passkey, which your device unlocks with your finger, face or PIN; or an authenticator app, whose codes
          you type. Until then nothing else is open to you in {here.workspace.name}.
        </p>
        {enrolled ? (
          <Button weight="primary" className="h-9" busy={enter.isPending} onClick={() => enter.mutate()}>
            Go on
          </Button>
        ) : (
          <>
            {hasPasskeys && (
              <Button
                weight="primary"
                className="h-9"
                disabled={factors.data === undefined}
                onClick={() => setAdding(true)}
              >
                Add a passkey
              </Button>
            )}
            <Button className="h-9" busy={begin.isPending} onClick={() => begin.mutate()}>
              Enrol an app
            </Button>
          </>
        )}
        {here.workspaces
          .filter((each) => each.id !== here.workspace.id)
          .map((each) => (
            <Button key={each.id} busy={move.isPending} onClick={() => move.mutate(each.id)}>
              Go to {each.name}
            </Button>
          ))}
        <Button busy={leave.isPending} onClick={() => leave.mutate()}>
          Sign out
        </Button>
      </div>
      {stepUp.dialog}
      {adding && factors.data !== undefined && (
        <AddPasskeyDialog
          factors={factors.data}
          onAdded={(added) => {
            setEnrolled(true)
            setCodes(added.recovery_codes)
            return Promise.resolve()
          }}
          onClose={() => setAdding(false)}
        />
      )}
      {codes !== undefined && (
        <CodesDialog
          title="Your passkey is enrolled"
          codes={codes}
          onClose={() => {
            setCodes(undefined)
            enter.mutate()
          }}
        />
      )}
      {enrolment !== undefined && (
        <EnrolDialog
          enrolment={enrolment}
          onEnrolled={() => setEnrolled(true)}
          onClose={() => {
            setEnrolment(undefined)
            if (enrolled) enter.mutate()
          }}
        />
      )}
    </OutsideFrame>
  )
}
