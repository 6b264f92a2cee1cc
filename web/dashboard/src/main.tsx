// Where the dashboard starts.
import { createRoot } from 'react-dom/client'
import { App } from './app/App.tsx'
import { forgetDrafts } from './features/inbox/drafts.ts'
import { watchPreferences } from './lib/preferences.ts'
import { session } from './session/session.ts'
import './styles.css'

session.onForget(forgetDrafts)
watchPreferences()

const root = document.getElementById('root')
if (root !== null) createRoot(root).render(<App />)
