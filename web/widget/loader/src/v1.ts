// The one script a page includes. No cookie, no storage, no request until the visitor comes near the launcher.
import { createRun } from './commands.ts'

declare global {
  interface Window {
    leadkeep?: { q?: unknown[][]; loaded?: boolean }
  }
}

const tag = document.currentScript
const early = window.leadkeep

// A second copy of the script finds the first one and leaves.
if (tag instanceof HTMLScriptElement && !early?.loaded) {
  const run = createRun(new URL(tag.src).origin, tag.dataset)
  window.leadkeep = Object.assign(run, { loaded: true })
  if (tag.dataset['widget']) run('boot')
  // What was asked before this script came, as argument lists.
  for (const asked of early?.q ?? []) run(...asked)
}
