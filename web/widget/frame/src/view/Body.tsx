// The text of a message: plain text, with web addresses made into links. Nothing in it is ever read as markup.
import type { ComponentChildren } from 'preact'

const address = /\bhttps?:\/\/[^\s<>"']+[^\s<>"'.,:;!?)\]}]/gi

function link(candidate: string): ComponentChildren {
  const url = URL.canParse(candidate) ? new URL(candidate) : null
  if (url === null || url.username !== '' || url.password !== '') return candidate
  return (
    <a href={url.href} target="_blank" rel="noopener noreferrer nofollow">
      {candidate}
    </a>
  )
}

export function Body({ text }: { readonly text: string }) {
  const parts: ComponentChildren[] = []
  let end = 0
  for (const { 0: found, index } of text.matchAll(address)) {
    parts.push(text.slice(end, index), link(found))
    end = index + found.length
  }
  parts.push(text.slice(end))
  return (
    <div class="body" dir="auto">
      {parts}
    </div>
  )
}
