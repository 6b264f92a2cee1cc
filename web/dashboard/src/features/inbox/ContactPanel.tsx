// The right pane: who this is, where they are, and what was said before.
import type { ConversationDetail } from '@leadkeep/client/shapes'
import { Avatar } from '@leadkeep/ui/Avatar'
import { Button } from '@leadkeep/ui/Button'
import { Chip } from '@leadkeep/ui/Marks'
import { toast } from '@leadkeep/ui/Toast'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { BadgeCheck, Copy, Pencil, User } from 'lucide-react'
import { lazy, Suspense, useState, type ReactNode } from 'react'
import { paths } from '../../lib/paths.ts'
import { siteName } from '../../lib/text.ts'
import { fullTime, longAgo, shortAgo } from '../../lib/time.ts'
import { useNow } from '../../lib/useNow.ts'
import { useVisitorOnline } from '../../live/signals.ts'
import { useMay } from '../../session/session.ts'
import { contactHistoryQuery } from './queries.ts'

const ContactForm = lazy(() => import('./ContactForm.tsx').then((module) => ({ default: module.ContactForm })))

export function ContactPanel({ conversation }: { conversation: ConversationDetail }) {
  const { contact, visitor, title } = conversation
  const mayManage = useMay('contact.manage')
  const online = useVisitorOnline(visitor.id, visitor.online)
  const [editing, setEditing] = useState(false)
  const now = useNow()
  return (
    <div className="flex flex-col">
      <div className="flex flex-col gap-3 px-4 py-4">
        <div className="flex items-center gap-3">
          <Avatar
            name={title}
            seed={contact?.id ?? visitor.id}
            size={44}
            icon={contact === null ? <User size={20} /> : undefined}
          />
          <div className="min-w-0 flex-1">
            <p className="called truncate text-16 font-semibold" dir="auto" title={title}>
              {contact?.name ?? title}
            </p>
            <p className="flex items-center gap-1.5 text-12 text-muted">
              <span aria-hidden className={`size-2 rounded-full ${online ? 'bg-ok-mark' : 'bg-control'}`} />
              {online ? 'Online now' : `Seen ${longAgo(visitor.last_seen_at, now)}`}
            </p>
          </div>
        </div>
        {contact === null ? (
          <p className="text-13 text-muted">
            Anonymous so far: this visitor has left neither a name nor an e-mail address.
          </p>
        ) : (
          <div className="flex flex-wrap items-center gap-2">
            {contact.email !== null && (
              <button
                type="button"
                className="flex min-h-6 min-w-0 items-center gap-1.5 text-13 hover:text-accent-text"
                title="Copy the address"
                onClick={() => void copy(contact.email ?? '', 'Address copied')}
              >
                <span className="truncate">{contact.email}</span>
                <Copy size={12} aria-hidden className="shrink-0 text-muted" />
              </button>
            )}
            {contact.verified ? (
              <Chip tone="ok" icon={<BadgeCheck size={11} aria-hidden />}>
                Verified
              </Chip>
            ) : (
              <Chip>Not verified</Chip>
            )}
          </div>
        )}
        {contact !== null && mayManage && !editing && (
          <Button size="small" className="self-start" onClick={() => setEditing(true)}>
            <Pencil size={12} aria-hidden />
            Edit contact
          </Button>
        )}
        {contact !== null && editing && (
          <Suspense>
            <ContactForm contact={contact} onDone={() => setEditing(false)} />
          </Suspense>
        )}
      </div>
      <Section title="Visitor">
        <dl className="grid grid-cols-[5.5rem_1fr] gap-x-3 gap-y-2 text-13">
          <Fact name="Site">{visitor.site === null ? 'Unknown' : siteName(visitor.site)}</Fact>
          <Fact name="Device">{visitor.device}</Fact>
          <Fact name="IP">
            <span className="font-mono text-12">{visitor.masked_ip}</span>
          </Fact>
          <Fact name="First seen">
            <time dateTime={visitor.first_seen_at} title={fullTime(visitor.first_seen_at)}>
              {longAgo(visitor.first_seen_at, now)}
            </time>
          </Fact>
          <Fact name="Code">
            <span className="font-mono text-12">{visitor.code}</span>
          </Fact>
        </dl>
      </Section>
      <Section title="Conversation">
        <dl className="grid grid-cols-[5.5rem_1fr] gap-x-3 gap-y-2 text-13">
          <Fact name="Started">
            <time dateTime={conversation.created_at} title={fullTime(conversation.created_at)}>
              {longAgo(conversation.created_at, now)}
            </time>
          </Fact>
          <Fact name="Id">
            <button
              type="button"
              className="flex min-h-6 max-w-full items-center gap-1.5 font-mono text-12 hover:text-accent-text"
              title="Copy the id"
              onClick={() => void copy(conversation.id, 'Id copied')}
            >
              <span className="truncate">{conversation.id}</span>
              <Copy size={12} aria-hidden className="shrink-0 text-muted" />
            </button>
          </Fact>
        </dl>
      </Section>
      {contact !== null && <History contact={contact.id} current={conversation.id} />}
    </div>
  )
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="border-t border-line px-4 py-4">
      <h3 className="pb-2.5 text-12 font-semibold text-muted">{title}</h3>
      {children}
    </section>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 wrap-anywhere">{children}</dd>
    </>
  )
}

function History({ contact, current }: { contact: string; current: string }) {
  const now = useNow()
  const others = useQuery(contactHistoryQuery(contact)).data?.data.filter((each) => each.id !== current) ?? []
  if (others.length === 0) return null
  return (
    <Section title="Other conversations">
      <ul className="-mx-2 flex flex-col">
        {others.map((each) => (
          <li key={each.id}>
            <Link
              {...paths.conversation(each.id)}
              className="flex items-center gap-2 rounded-control px-2 py-1.5 text-13 hover:bg-surface-2"
            >
              <span className="min-w-0 flex-1 truncate">{each.last_message?.preview ?? 'No messages'}</span>
              <span className="text-12 text-muted">
                {each.status === 'open' ? 'Open' : each.status === 'resolved' ? 'Resolved' : 'Snoozed'}
              </span>
              <span className="text-12 text-muted tabular-nums">{shortAgo(each.updated_at, now)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  )
}

async function copy(text: string, done: string) {
  try {
    await navigator.clipboard.writeText(text)
    toast({ text: done })
  } catch {
    toast({ tone: 'bad', text: 'The browser did not allow copying' })
  }
}
