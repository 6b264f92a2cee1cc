// One-time tokens come in the fragment of an address: it is not sent to any server, and is taken out of sight at once.
import { useState } from 'react'

export function takeFragment(): string {
  const token = window.location.hash.slice(1)
  if (token !== '')
    window.history.replaceState(window.history.state, '', window.location.pathname + window.location.search)
  return decodeURIComponent(token)
}

const taken = new Map<string, string>()

/** The token of this page. Kept while the page lives, so that drawing it twice does not lose it. */
export function useFragmentToken(page: string): string {
  const [token] = useState(() => {
    const fresh = takeFragment()
    if (fresh !== '') taken.set(page, fresh)
    return taken.get(page) ?? ''
  })
  return token
}
