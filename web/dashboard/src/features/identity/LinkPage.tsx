// Signing in with a one-time link.
import { unwrap } from '@leadkeep/client/api'
import { Button, buttonClass } from '@leadkeep/ui/Button'
import { Failure, Notice } from '@leadkeep/ui/Notice'
import { useMutation } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { explain } from '../../lib/explain.ts'
import { paths } from '../../lib/paths.ts'
import { publicApi, session } from '../../session/session.ts'
import { useFragmentToken } from './fragment.ts'
import { OutsideFrame } from './OutsideFrame.tsx'

export function LinkPage() {
  const token = useFragmentToken('link')
  const navigate = useNavigate()
  const open = useMutation({
    mutationFn: () => unwrap(publicApi.POST('/api/v1/auth/link', { body: { token } })),
    onSuccess: (opened) => {
      session.begin(opened)
      void navigate({ ...paths.inbox(), replace: true })
    },
  })
  // A link opened by hand has its token in the fragment, which no preview robot sends: it can be used at once.
  const started = useRef(false)
  const { mutate } = open
  useEffect(() => {
    document.title = 'Sign in · Leadkeep'
    if (token === '' || started.current) return
    started.current = true
    mutate()
  }, [token, mutate])

  return (
    <OutsideFrame title={open.isError || token === '' ? 'This link does not work' : 'Signing you in'}>
      <div className="flex flex-col gap-4">
        {token === '' && <Notice tone="warn">The address is incomplete: the part after # is missing.</Notice>}
        {open.isError && <Failure {...explain(open.error)} />}
        {open.isError && <p className="text-13 text-muted">A sign-in link works once, and for a short time.</p>}
        {token !== '' && !open.isError && (
          <Button weight="primary" busy>
            Signing in…
          </Button>
        )}
        {(token === '' || open.isError) && (
          <Link {...paths.signIn()} className={buttonClass()}>
            Sign in with a password
          </Link>
        )}
      </div>
    </OutsideFrame>
  )
}
