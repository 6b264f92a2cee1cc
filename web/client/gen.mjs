// Writes the HTTP API as types from docs/reference/openapi.json. The same document always gives the same text.
import { readFileSync, writeFileSync } from 'node:fs'
import openapiTypescript, { astToString } from 'openapi-typescript'

const at = (path) => new URL(path, import.meta.url)

const document = JSON.parse(readFileSync(at('../../docs/reference/openapi.json'), 'utf8'))
const types = astToString(await openapiTypescript(document, { alphabetize: true, defaultNonNullable: false, silent: true }))
writeFileSync(at('src/openapi.d.ts'), `// Made from docs/reference/openapi.json by \`npm run gen\`. Not for editing.\n${types}`)
