// One-time tokens come in the fragment of an address: it is not sent to any server, and is taken out of sight at once.
import { useEffect, useState } from 'react'

export function takeFragment(): string {
  const token = window.location.hash.slice(1)
  if (token !== '')
    window.history.replaceState(window.history.state, '', window.location.pathname + window.location.search)
  try {
    return decodeURIComponent(token)
  } catch {
    // Cut off in the middle of a sign: as good as none.
    return ''
  }
}

const taken = new Map<string, string>()

/** The token of this page. Kept while the page lives, so that drawing it twice does not lose it. */
export function useFragmentToken(page: string): string {
  const [token] = useState(() => {
    const fresh = takeFragment()
    if (fresh !== '') taken.set(page, fresh)
    return taken.get(page) ?? ''
  })
  // Another link opened in the same tab changes only the fragment: begin again with it.
  useEffect(() => {
    const again = () => {
      if (window.location.hash.length > 1) window.location.reload()
    }
    window.addEventListener('hashchange', again)
    return () => window.removeEventListener('hashchange', again)
  }, [])
  return token
}
