// Fails when the first load of the dashboard outgrows its budget. Sizes are gzip, as a server sends them.
import { readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const BUDGET_KB = { js: 150, css: 12 }
const dist = new URL('./dist/', import.meta.url)

const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'))
const gzip = (file) => gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length

/** Everything the browser fetches before the inbox can be read: the entry, the frame, the inbox, and what they import. */
const FIRST = ['index.html', 'src/app/Shell.tsx', 'src/features/inbox/InboxPage.tsx']
const js = new Set()
const css = new Set()
function take(key) {
  const chunk = manifest[key]
  if (chunk === undefined) throw new Error(`${key} is not in the build`)
  if (js.has(chunk.file)) return
  js.add(chunk.file)
  for (const file of chunk.css ?? []) css.add(file)
  for (const each of chunk.imports ?? []) take(each)
}
FIRST.forEach(take)

let failed = false
for (const [kind, files] of Object.entries({ js, css })) {
  const total = [...files].reduce((sum, file) => sum + gzip(file), 0) / 1000
  const over = total > BUDGET_KB[kind]
  failed ||= over
  console.log(
    `${over ? 'OVER  ' : 'within'} ${kind.padEnd(3)} ${total.toFixed(1)} kB gzip of ${BUDGET_KB[kind]} kB in ${files.size} files`,
  )
}
const rest = readdirSync(new URL('assets/', dist)).filter((name) => name.endsWith('.js') && !js.has(`assets/${name}`))
console.log(
  `       later ${(rest.reduce((sum, name) => sum + gzip(`assets/${name}`), 0) / 1000).toFixed(1)} kB in ${rest.length} files, on demand`,
)
process.exitCode = failed ? 1 : 0
