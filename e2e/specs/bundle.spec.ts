// The administrator hands a workspace's audit log to a stranger, who needs nothing but the file to check it.
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@playwright/test'
import { withProduct } from '../support/product.ts'

const product = withProduct()
const python = resolve(import.meta.dirname, '../../crates/ledger/tests/verify_bundle.py')

/** What a check says of a file, and whether it holds. */
const checks = {
  ours: (file: string) => product().command('audit', 'verify', file),
  python: async (file: string) => (await promisify(execFile)('python3', [python, file])).stdout,
}

test('a workspace is found by its name, exported, and verified offline by two programs; a changed entry is named', async () => {
  const listed = (await product().command('admin', 'workspaces')).split('\n')
  expect(listed.length, 'the two of the demo; canaries are nobody\'s').toBe(2)
  const [id] = listed.find((line) => line.endsWith('Fern & Clay'))?.split(/\s+/) ?? []
  expect(id).toMatch(/^wsp_/)

  const bundle = join(product().dir, 'bundle.jsonl')
  await product().command('audit', 'export', '--workspace', String(id), '--out', bundle)
  expect(await checks.ours(bundle)).toMatch(/^\d+ entries hold, in a tree of \d+ leaves/)
  await checks.python(bundle)

  const [head, first, ...rest] = readFileSync(bundle, 'utf8').split('\n')
  const entry = JSON.parse(String(first)) as { number: number; at: number }
  const later = String(first).replace(`"at":${entry.at}`, `"at":${entry.at + 1}`)
  const forged = join(product().dir, 'forged.jsonl')
  writeFileSync(forged, [head, later, ...rest].join('\n'))
  const said = (check: Promise<string>) => check.then(String, (error: { stdout: string }) => error.stdout)
  expect(await said(checks.ours(forged))).toContain(`entry ${entry.number} (`)
  expect(await said(checks.python(forged))).toContain(`Facts ${entry.number}`)
})
