// An entry held against the signed tree: what was checked, in this browser, and with what.
import { unwrap } from '@leadkeep/client/api'
import { Problem } from '@leadkeep/client/problem'
import type { AuditEntry, EntryProof } from '@leadkeep/client/shapes'
import { Button } from '@leadkeep/ui/Button'
import { Failure, Notice } from '@leadkeep/ui/Notice'
import { useMutation } from '@tanstack/react-query'
import { Check, Minus, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { explain } from '../../lib/explain.ts'
import { api } from '../../session/session.ts'
import { STEPS, verify, type Step, type Verdict } from './proof.ts'
import { isShown } from './shown.ts'

type Line = Step | 'shown'

const LINES: readonly Line[] = ['shown', ...STEPS]

const SAYS: Record<Line, { holds: string; fails: string; open: string }> = {
  shown: {
    holds: 'What is shown above is the entry that was checked',
    fails: 'What is shown above is not the entry that was checked',
    open: '',
  },
  payload: {
    holds: 'What changed is what was entered',
    fails: 'What changed is not what was entered',
    open: 'What changed can no longer be read, so it cannot be compared',
  },
  facts: {
    holds: 'Who, what and when are what was entered',
    fails: 'Who, what or when is not what was entered',
    open: '',
  },
  tree: {
    holds: 'The entry is in the tree, at its place',
    fails: 'The entry is not in the tree of the checkpoint',
    open: '',
  },
  checkpoint: {
    holds: 'The tree’s checkpoint is signed by the log’s key',
    fails: 'The checkpoint is not signed by a key of this log',
    open: 'This browser cannot check Ed25519 signatures',
  },
}

/** An entry has its place in the tree within a second; whoever is quicker is not told of it. */
const waits = (failures: number, error: Error) => error instanceof Problem && error.code === 'entry_waits' && failures < 5

export function Verified({ entry }: { entry: AuditEntry }) {
  const check = useMutation({
    mutationFn: async () => {
      const proof = await unwrap(api.GET('/api/v1/audit/{id}/proof', { params: { path: { id: entry.id } } }))
      return { proof, verdict: await verify(proof), shown: isShown(proof, entry) }
    },
    retry: waits,
    retryDelay: 500,
  })
  return (
    <section aria-label="Proof" className="flex flex-col gap-2 border-t border-line pt-4">
      <div className="flex items-center justify-between gap-2">
        <h3 className="font-semibold">In the signed tree</h3>
        <Button size="small" busy={check.isPending} onClick={() => check.mutate()}>
          {check.isSuccess ? 'Verify again' : 'Verify this entry'}
        </Button>
      </div>
      <div aria-live="polite">
        {check.isIdle && <p className="text-12 text-muted">Your browser checks it, without believing the server.</p>}
        {check.isError && <Failure {...explain(check.error)} />}
        {check.isSuccess && <Outcome {...check.data} />}
      </div>
    </section>
  )
}

function Outcome({ proof, verdict, shown }: { proof: EntryProof; verdict: Verdict; shown: boolean }) {
  const holds: Record<Line, boolean | undefined> = { shown, ...verdict.holds }
  const broken = LINES.some((line) => holds[line] === false)
  return (
    <div className="flex flex-col gap-3">
      {broken && <Notice tone="bad">This entry does not hold. Run “leadkeep audit check” on the server: it says what was changed.</Notice>}
      <ul className="flex flex-col gap-1.5">
        {LINES.map((line) => (
          <Said key={line} line={line} holds={holds[line]} />
        ))}
      </ul>
      <details className="text-12">
        <summary className="cursor-pointer text-muted hover:text-text">The proof</summary>
        <dl className="mt-2 flex flex-col gap-2">
          <Bytes name="Number in the workspace, and place in the tree">
            {proof.entry.number}, {proof.entry.index} of {verdict.size}
          </Bytes>
          <Bytes name="Leaf">{proof.entry.leaf}</Bytes>
          {proof.proof.map((hash, at) => (
            <Bytes key={hash} name={`Beside it, ${String(at + 1)} of ${String(proof.proof.length)}`}>
              {hash}
            </Bytes>
          ))}
          <Bytes name="Root">{verdict.root}</Bytes>
          {verdict.key !== undefined && <Bytes name="Signed by, to be compared with the key you were given">{verdict.key}</Bytes>}
        </dl>
      </details>
    </div>
  )
}

function Said({ line, holds }: { line: Line; holds: boolean | undefined }) {
  const says = SAYS[line]
  if (holds === undefined)
    return (
      <li className="flex gap-2 text-muted">
        <Minus size={15} aria-hidden className="mt-0.5 shrink-0" />
        {says.open}
      </li>
    )
  const Mark = holds ? Check : X
  return (
    <li className={`flex gap-2 ${holds ? 'text-ok' : 'font-medium text-bad'}`}>
      <Mark size={15} aria-hidden className="mt-0.5 shrink-0" />
      {holds ? says.holds : says.fails}
    </li>
  )
}

function Bytes({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-muted">{name}</dt>
      <dd className="font-mono wrap-anywhere">{children}</dd>
    </div>
  )
}
