// Ending all other sessions: where they are listed, and where a factor was changed.
import { unwrap } from '@leadkeep/client/api'
import { Button } from '@leadkeep/ui/Button'
import { Confirm } from '@leadkeep/ui/Dialog'
import { toast } from '@leadkeep/ui/Toast'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { toastFailure } from '../../lib/explain.ts'
import { plural } from '../../lib/time.ts'
import { api } from '../../session/session.ts'
import { sessionsQuery } from './queries.ts'

export function EndOthers({ others }: { others: number }) {
  const cache = useQueryClient()
  const [asking, setAsking] = useState(false)
  const revokeOthers = useMutation({
    mutationFn: () => unwrap(api.POST('/api/v1/sessions/revoke-others', { body: {} })),
    onSuccess: ({ revoked }) => {
      setAsking(false)
      toast({ text: `${plural(revoked, 'session')} ended` })
      return cache.invalidateQueries({ queryKey: sessionsQuery.queryKey })
    },
    onError: toastFailure('The other sessions could not be ended'),
  })
  return (
    <>
      {others > 0 && (
        <Button size="small" onClick={() => setAsking(true)}>
          End all others
        </Button>
      )}
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title="End all other sessions?"
        description={`${plural(others, 'other browser')} will have to sign in again. This one stays signed in.`}
        action="End them"
        danger
        busy={revokeOthers.isPending}
        onConfirm={() => revokeOthers.mutate()}
      />
    </>
  )
}
