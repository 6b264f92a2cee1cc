// Writes the HTTP APIs as types from docs/reference/openapi.json and openapi-staff.json. The same document always gives the same text.
import { readFileSync, writeFileSync } from 'node:fs'
import openapiTypescript, { astToString } from 'openapi-typescript'

const at = (path) => new URL(path, import.meta.url)

for (const name of ['openapi', 'openapi-staff']) {
  const source = `docs/reference/${name}.json`
  const document = JSON.parse(readFileSync(at(`../../${source}`), 'utf8'))
  const types = astToString(await openapiTypescript(document, { alphabetize: true, defaultNonNullable: false, silent: true }))
  writeFileSync(at(`src/${name}.d.ts`), `// Made from ${source} by \`npm run gen\`. Not for editing.\n${types}`)
}
