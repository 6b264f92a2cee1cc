// Closing one's login for good, with what follows from it and what stands in the way.
import { unwrap } from '@leadkeep/client/api'
import { Button } from '@leadkeep/ui/Button'
import { Card } from '@leadkeep/ui/Card'
import { Dialog } from '@leadkeep/ui/Dialog'
import { Loading, Skeleton } from '@leadkeep/ui/Marks'
import { Failure, Notice } from '@leadkeep/ui/Notice'
import { toast } from '@leadkeep/ui/Toast'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { explain } from '../../lib/explain.ts'
import { api, session, useSession } from '../../session/session.ts'
import { closingQuery } from './peopleQueries.ts'
import { Declined, useStepUp } from './useStepUp.tsx'

export function CloseLoginCard() {
  const [asking, setAsking] = useState(false)
  return (
    <Card
      title="Close your login"
      about="You leave every workspace, and your name and address are erased. What you wrote stays, under “Former member”."
      foot={
        <Button weight="danger" onClick={() => setAsking(true)}>
          Close my login
        </Button>
      }
    >
      {asking && <CloseDialog onClose={() => setAsking(false)} />}
    </Card>
  )
}

function CloseDialog({ onClose }: { onClose: () => void }) {
  const { person } = useSession()
  const stepUp = useStepUp()
  const closing = useQuery(closingQuery)
  const close = useMutation({
    mutationFn: () => stepUp.proved(() => unwrap(api.POST('/api/v1/me/close', { body: {} }))),
    onSuccess: async () => {
      toast({ text: 'Your login is closed' })
      await session.refresh()
    },
  })
  const places = closing.data?.workspaces ?? []
  const first = places.filter((each) => each.last_super_admin)
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      title="Close your login for good?"
      description="It cannot be undone. You are signed out everywhere; your password, passkeys and codes are gone."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            weight="danger"
            busy={close.isPending}
            disabled={!closing.isSuccess || first.length > 0}
            onClick={() => close.mutate()}
          >
            Close it for good
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4 text-13">
        {close.isError && !(close.error instanceof Declined) && <Failure {...explain(close.error)} />}
        {closing.isError && <Failure {...explain(closing.error)} onRetry={() => void closing.refetch()} />}
        {closing.isPending && (
          <Loading what="your workspaces">
            <Skeleton className="h-10 w-full" />
          </Loading>
        )}
        {first.length > 0 && (
          <Notice tone="warn" title={`Hand over first: ${first.map((each) => each.name).join(', ')}`}>
            You are the last super admin there. Settings → Members → Hand over.
          </Notice>
        )}
        {places.length > 0 && (
          <>
            <p>You leave:</p>
            <ul className="flex list-disc flex-col gap-1 ps-5" aria-label="Workspaces you leave">
              {places.map((each) => (
                <li key={each.id}>{each.name}</li>
              ))}
            </ul>
          </>
        )}
        <p className="text-muted">
          A confirmation goes to <span className="break-all">{person.email}</span>. The address is free afterwards.
        </p>
      </div>
      {stepUp.dialog}
    </Dialog>
  )
}
