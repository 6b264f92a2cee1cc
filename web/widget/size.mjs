// Adds up the gzipped size of every built file of one kind and fails when it is over the budget.
// Usage: node size.mjs <directory> <budget in bytes> <extension>
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const [directory = 'dist', budget = '0', extension = 'js'] = process.argv.slice(2)

let total = 0
for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !entry.name.endsWith(`.${extension}`)) continue
  const size = gzipSync(readFileSync(join(entry.parentPath, entry.name)), { level: 9 }).length
  total += size
  console.log(`${String(size).padStart(7)} B gzip  ${entry.name}`)
}
console.log(`${String(total).padStart(7)} B gzip  all .${extension} (budget ${budget} B)`)
if (total === 0 || total > Number(budget)) {
  console.error(total === 0 ? 'Nothing was built.' : 'Over budget.')
  process.exit(1)
}
