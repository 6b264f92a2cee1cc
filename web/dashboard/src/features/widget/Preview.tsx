// A likeness of the widget, not the widget itself.
import { MessageCircle, SendHorizontal } from 'lucide-react'
import { useSession } from '../../session/session.ts'
import { textOn } from './contrast.ts'

type PreviewProps = { greeting: string; colour: string; askName: boolean; askEmail: boolean }

export function Preview({ greeting, colour, askName, askEmail }: PreviewProps) {
  const { name } = useSession().workspace
  const painted = { backgroundColor: colour, color: textOn(colour).text }
  return (
    <div role="img" aria-label="Preview of the widget" className="flex flex-col items-end gap-3 rounded-card bg-bg p-3">
      <div className="flex w-full flex-col overflow-hidden rounded-dialog border border-line bg-surface shadow-lift">
        <div style={painted} className="px-3.5 py-3">
          <p className="truncate text-13 font-semibold">{name}</p>
          <p className="text-11">Chat with us</p>
        </div>
        <div className="flex flex-col gap-2 px-3 py-3">
          <p
            dir="auto"
            className="max-w-[90%] self-start rounded-card bg-surface-2 px-2.5 py-1.5 text-12 wrap-anywhere"
          >
            {greeting.trim() === '' ? '…' : greeting}
          </p>
          <p style={painted} className="self-end rounded-card px-2.5 py-1.5 text-12">
            Do you ship to Norway?
          </p>
          {askName && <Line text="Your name" />}
          {askEmail && <Line text="Your e-mail" />}
        </div>
        <div className="flex items-center gap-2 border-t border-line px-3 py-2 text-12 text-muted">
          <span className="flex-1">Write a message…</span>
          <SendHorizontal size={13} aria-hidden />
        </div>
      </div>
      <span style={painted} className="flex size-11 items-center justify-center rounded-full shadow-lift">
        <MessageCircle size={20} aria-hidden />
      </span>
    </div>
  )
}

function Line({ text }: { text: string }) {
  return <span className="rounded-control border border-control px-2 py-1 text-12 text-muted">{text}</span>
}
