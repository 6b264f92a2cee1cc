// Where the dashboard starts.
import { createRoot } from 'react-dom/client'
import { App } from './app/App.tsx'
import { router } from './app/router.tsx'
import { forgetDrafts } from './features/inbox/drafts.ts'
import { paths } from './lib/paths.ts'
import { watchPreferences } from './lib/preferences.ts'
import { watchUpdates } from './lib/stale.ts'
import { session } from './session/session.ts'
import './styles.css'

session.onForget(forgetDrafts)
// Another workspace: what the address names is not in it.
session.onForget((kind) => {
  if (kind === 'switched') void router.navigate(paths.inbox())
})
watchPreferences()
watchUpdates()

// The frame and the inbox are fetched while the session is still being asked for.
if (/^\/($|inbox)/.test(window.location.pathname)) {
  void import('./app/Shell.tsx')
  void import('./features/inbox/InboxPage.tsx')
}

const root = document.getElementById('root')
if (root !== null) createRoot(root).render(<App />)
