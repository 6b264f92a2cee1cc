// Plain text: links inside it, and sensible cuts.

export type Piece = { kind: 'text' | 'link'; text: string }

const LINK = /https?:\/\/[^\s<>"']+/g

/** Cuts plain text into text and web links. Punctuation at the end of a link belongs to the sentence. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = []
  let from = 0
  for (const match of text.matchAll(LINK)) {
    const link = match[0].replace(/[.,;:!?)\]}]+$/, '')
    if (!isPlainLink(link)) continue
    if (match.index > from) found.push({ kind: 'text', text: text.slice(from, match.index) })
    found.push({ kind: 'link', text: link })
    from = match.index + link.length
  }
  if (from < text.length) found.push({ kind: 'text', text: text.slice(from) })
  return found
}

/** `https://bank.example@elsewhere.example` looks like one address and leads to another. */
function isPlainLink(link: string): boolean {
  if (!URL.canParse(link)) return false
  const { username, password } = new URL(link)
  return username === '' && password === ''
}

/** Without what no keyboard types and the server does not take: control characters other than tabs and line ends. */
export function plain(text: string): string {
  return text.replaceAll(/[^\P{Cc}\t\n\r]/gu, '').trim()
}

/** The origin of a site as people write it: `shop.example` for `https://shop.example`. */
export function siteName(origin: string): string {
  return origin.replace(/^https:\/\//, '')
}

/** What a site editor accepts: `shop.example`, `https://shop.example/path`, `127.0.0.1:8446`. Null when it is no site. */
export function siteOrigin(typed: string): string | null {
  const text = typed.trim()
  const withScheme = /^[a-z]+:\/\//i.test(text) ? text : `https://${text}`
  if (text === '' || !URL.canParse(withScheme)) return null
  const url = new URL(withScheme)
  const local = url.hostname === 'localhost' || url.hostname === '127.0.0.1'
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && local)) return null
  if (url.username !== '' || url.password !== '') return null
  return local || url.hostname.includes('.') ? url.origin : null
}
