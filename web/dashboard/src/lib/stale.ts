// A part of the page that is no longer there: the server was updated while this tab was open. The new page has what is needed.

/** A page this young has just been fetched; fetching it again would not help. */
const YOUNG_MS = 10_000

export function watchUpdates(): void {
  window.addEventListener('vite:preloadError', () => {
    if (performance.now() > YOUNG_MS) void reloadIfServed()
  })
}

/** Only when the server answers: a page that is shown is better than a browser's error page. */
async function reloadIfServed(): Promise<void> {
  const answer = await fetch('/', { cache: 'no-store' }).catch(() => null)
  if (answer?.ok === true) window.location.reload()
}
