// How long sessions are good in this workspace, and after how long a seat counts as not used.
import { unwrap } from '@leadkeep/client/api'
import type { AccessPolicy } from '@leadkeep/client/shapes'
import { Button } from '@leadkeep/ui/Button'
import { Card } from '@leadkeep/ui/Card'
import { Dialog } from '@leadkeep/ui/Dialog'
import { Field } from '@leadkeep/ui/Field'
import { Loading, Skeleton } from '@leadkeep/ui/Marks'
import { Failure } from '@leadkeep/ui/Notice'
import { Select } from '@leadkeep/ui/Select'
import { toast } from '@leadkeep/ui/Toast'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { explain } from '../../lib/explain.ts'
import { plural } from '../../lib/time.ts'
import { api } from '../../session/session.ts'
import { ACCESS_POLICY, accessPolicyQuery } from './peopleQueries.ts'
import { Declined, useStepUp } from './useStepUp.tsx'

const IDLE = [15, 30, 60, 120, 480, 1440, 10080]
const ABSOLUTE = [60, 240, 480, 720, 1440, 10080, 43200]
const DAYS = [30, 60, 90, 180, 365]

/** `45 minutes`, `8 hours`, `2 days`. */
export function span(minutes: number): string {
  if (minutes % 1440 === 0) return plural(minutes / 1440, 'day')
  if (minutes % 60 === 0) return plural(minutes / 60, 'hour')
  return plural(minutes, 'minute')
}

export function AccessPolicyCard() {
  const policy = useQuery(accessPolicyQuery())
  const [changing, setChanging] = useState(false)
  const { data } = policy
  return (
    <>
      <Card
        title="Sessions and seats"
        about="How long somebody stays signed in here. You can only make it shorter than whoever runs this server has it."
        foot={data !== undefined && <Button onClick={() => setChanging(true)}>Change</Button>}
      >
        {policy.isError && <Failure {...explain(policy.error)} onRetry={() => void policy.refetch()} />}
        {policy.isPending && (
          <Loading what="how long sessions are good">
            <Skeleton className="h-16 w-full" />
          </Loading>
        )}
        {data !== undefined && (
          <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-1.5 text-13 max-pane:grid-cols-1 max-pane:gap-y-0.5">
            <dt className="text-muted">Not used</dt>
            <dd className="max-pane:mb-2">{told(data.idle_minutes, data.installation.idle_minutes, data.installation.admin_idle_minutes)}</dd>
            <dt className="text-muted">At most</dt>
            <dd className="max-pane:mb-2">
              {told(data.absolute_minutes, data.installation.absolute_minutes, data.installation.admin_absolute_minutes)}
            </dd>
            <dt className="text-muted">Seats marked after</dt>
            <dd>{plural(data.dormant_after_days, 'day')} without being seen</dd>
          </dl>
        )}
      </Card>
      {changing && data !== undefined && <PolicyDialog policy={data} onClose={() => setChanging(false)} />}
    </>
  )
}

/** What holds for users, and for admins where that is less. */
function told(set: number | null | undefined, installation: number, admins: number): string {
  const users = set ?? installation
  const own = typeof set === 'number' ? '' : ' (as this server has it)'
  return admins < users ? `${span(users)}${own}; admins ${span(admins)}` : `${span(users)}${own}`
}

function PolicyDialog({ policy, onClose }: { policy: AccessPolicy; onClose: () => void }) {
  const cache = useQueryClient()
  const stepUp = useStepUp()
  const [idle, setIdle] = useState(policy.idle_minutes ?? 0)
  const [absolute, setAbsolute] = useState(policy.absolute_minutes ?? 0)
  const [days, setDays] = useState(policy.dormant_after_days)
  const proposed = {
    ...(idle === 0 ? {} : { idle_minutes: idle }),
    ...(absolute === 0 ? {} : { absolute_minutes: absolute }),
  }
  const preview = useQuery({ ...accessPolicyQuery(proposed), gcTime: 0, staleTime: 0 })
  const save = useMutation({
    mutationFn: () =>
      stepUp.proved(() =>
        unwrap(
          api.PATCH('/api/v1/workspace/access-policy', {
            body: { idle_minutes: idle, absolute_minutes: absolute, dormant_after_days: days },
          }),
        ),
      ),
    onSuccess: async (saved) => {
      onClose()
      toast({ text: 'Saved', ...(saved.ending > 0 ? { detail: `${plural(saved.ending, 'session')} ended.` } : {}) })
      await cache.invalidateQueries({ queryKey: ACCESS_POLICY })
    },
  })
  const ending = preview.data?.ending
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      title="Sessions and seats"
      description="It acts at once, on sessions that are open too."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button weight="primary" busy={save.isPending} onClick={() => save.mutate()}>
            Save
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4 text-13">
        {save.isError && !(save.error instanceof Declined) && <Failure {...explain(save.error)} />}
        <Minutes
          label="A session that is not used ends after"
          value={idle}
          all={IDLE}
          installation={policy.installation.idle_minutes}
          onChange={setIdle}
        />
        <Minutes
          label="A session ends in any case after"
          value={absolute}
          all={ABSOLUTE}
          installation={policy.installation.absolute_minutes}
          onChange={setAbsolute}
        />
        <Field label="A seat is marked when it was not used for">
          {({ id }) => (
            <Select
              id={id}
              label="A seat is marked when it was not used for"
              value={String(days)}
              choices={withOwn(DAYS, policy.dormant_after_days).map((each) => ({
                value: String(each),
                label: plural(each, 'day'),
              }))}
              onChange={(chosen) => setDays(Number(chosen))}
            />
          )}
        </Field>
        <p role="status" className={ending !== undefined && ending > 0 ? 'font-medium text-warn' : 'text-muted'}>
          {ending === undefined
            ? 'Looking which sessions would end…'
            : ending === 0
              ? 'No session ends by this.'
              : `${plural(ending, 'session')} of ${String(preview.data?.sessions ?? 0)} would end at once.`}
        </p>
      </div>
      {stepUp.dialog}
    </Dialog>
  )
}

type MinutesProps = {
  label: string
  value: number
  all: readonly number[]
  installation: number
  onChange: (minutes: number) => void
}

function Minutes({ label, value, all, installation, onChange }: MinutesProps) {
  const tighter = withOwn(all, value).filter((each) => each > 0 && each < installation)
  return (
    <Field label={label}>
      {({ id }) => (
        <Select
          id={id}
          label={label}
          value={String(value)}
          choices={[
            { value: '0', label: `${span(installation)}, as this server has it` },
            ...tighter.map((each) => ({ value: String(each), label: span(each) })),
          ]}
          onChange={(chosen) => onChange(Number(chosen))}
        />
      )}
    </Field>
  )
}

/** The usual choices, and the one that is set, if it is another. */
function withOwn(all: readonly number[], own: number): readonly number[] {
  return all.includes(own) ? all : [...all, own].toSorted((a, b) => a - b)
}
