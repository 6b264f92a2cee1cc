// The password was right, and every second factor is lost: asking those who run one's workspaces.
import { unwrap } from '@leadkeep/client/api'
import { Button } from '@leadkeep/ui/Button'
import { Failure, Notice } from '@leadkeep/ui/Notice'
import { useMutation } from '@tanstack/react-query'
import { explain } from '../../lib/explain.ts'
import { publicApi } from '../../session/session.ts'
import { OutsideFrame } from './OutsideFrame.tsx'

export function LostFactors({ challenge, onBack }: { challenge: string; onBack: () => void }) {
  const ask = useMutation({
    mutationFn: () => unwrap(publicApi.POST('/api/v1/auth/second-factor/help', { body: { challenge } })),
  })
  return (
    <OutsideFrame title="Lost everything?" about="A colleague who runs your workspace can help.">
      <div className="flex flex-col gap-4 text-13">
        {ask.isError && <Failure {...explain(ask.error)} />}
        {ask.isSuccess ? (
          <Notice tone="ok" title="Your super admins are asked">
            Talk to one of them. A day after they approve it, sign in with your password: your old second factors are
            removed, and you enrol a new one. Your mail has a link that ends it.
          </Notice>
        ) : (
          <>
            <p>
              Look for your recovery codes first: one of them lets you in now. Without them, a super admin of a
              workspace of yours has to say that it is you, and then a day has to pass.
            </p>
            <p className="text-muted">
              If you are the only super admin, whoever runs this server can make a sign-in link for you.
            </p>
            <Button weight="primary" className="h-9" busy={ask.isPending} onClick={() => ask.mutate()}>
              Ask for help
            </Button>
          </>
        )}
        <Button onClick={onBack}>Back</Button>
      </div>
    </OutsideFrame>
  )
}
