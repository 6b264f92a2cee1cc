// The lines of one conversation, as they were written. Text stays text.
import { unwrap } from '@leadkeep/client/api'
import type { Message } from '@leadkeep/client/staff'
import { Button } from '@leadkeep/ui/Button'
import { Card } from '@leadkeep/ui/Card'
import { Chip, Skeleton } from '@leadkeep/ui/Marks'
import { Failure } from '@leadkeep/ui/Notice'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { api } from '../session.ts'
import { explain, fullTime } from '../words.ts'

type ThreadProps = { grant: string; conversation: string; onBack: () => void }

export function Thread({ grant, conversation, onBack }: ThreadProps) {
  const cache = useQueryClient()
  const lines = useQuery({
    queryKey: ['granted', grant, 'messages', conversation],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/staff/v1/granted/conversations/{id}/messages', {
          signal,
          headers: { 'leadkeep-grant': grant },
          params: { path: { id: conversation }, query: { limit: 100 } },
        }),
      ),
  })
  const card = useRef<HTMLDivElement>(null)
  const lineList = useRef<HTMLOListElement>(null)
  // Whoever opened it reads on here, and the newest line is what they came for.
  useEffect(() => card.current?.focus(), [])
  useEffect(() => {
    const list = lineList.current
    if (lines.data !== undefined && list !== null) list.scrollTop = list.scrollHeight
  }, [lines.data])
  // Refused: is the conversation missing, or has the access ended? The page asks.
  useEffect(() => {
    if (lines.isError) void cache.invalidateQueries({ queryKey: ['granted', grant, 'workspace'] })
  }, [cache, grant, lines.isError])
  return (
    <div ref={card} tabIndex={-1} className="scroll-mt-28 rounded-card">
      <Card
        title="Conversation"
        about={lines.data?.page.has_more === true ? 'The newest 100 lines.' : undefined}
        aside={
          <Button size="small" onClick={onBack}>
            Close
          </Button>
        }
      >
        {lines.isError && <Failure {...explain(lines.error)} />}
        {lines.isPending && <Skeleton className="h-40 w-full" />}
        <ol
          ref={lineList}
          aria-label="Messages"
          tabIndex={0}
          className="-mx-2 flex max-h-[60vh] flex-col gap-3 overflow-y-auto px-2"
        >
          {lines.data?.data.map((one) => (
            <Line key={one.id} line={one} />
          ))}
        </ol>
      </Card>
    </div>
  )
}

const WHO = { visitor: 'Visitor', operator: 'Operator', api_key: 'Program', system: 'Leadkeep' } as const

function Line({ line }: { line: Message }) {
  const when = <time className="text-11 text-muted">{fullTime(line.created_at)}</time>
  if (line.kind === 'activity') {
    return (
      <li className="flex items-center gap-2 text-12 text-muted">
        <span className="h-px flex-1 bg-line" aria-hidden />
        {(line.activity?.what ?? 'activity').replaceAll('_', ' ')} · {when}
        <span className="h-px flex-1 bg-line" aria-hidden />
      </li>
    )
  }
  const note = line.kind === 'note'
  return (
    <li className={`flex flex-col gap-1 rounded-card px-3 py-2 ${note ? 'bg-warn-soft' : 'bg-surface-2'}`}>
      <span className="flex items-center gap-2 text-12 font-medium">
        {WHO[line.author.kind]}
        {note && <Chip tone="warn">Note</Chip>}
        <span className="ms-auto">{when}</span>
      </span>
      <p className="text-13 break-words whitespace-pre-wrap">{line.body}</p>
    </li>
  )
}
