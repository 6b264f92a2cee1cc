// How the audit log scrolls when it has a million entries: frames while the wheel turns, and how soon an entry is found.
import { execFileSync } from 'node:child_process'
import { readFileSync, readlinkSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { signIn } from '../support/desk.ts'
import { withProduct } from '../support/product.ts'
import { until } from '../support/wait.ts'

const product = withProduct({ settings: { LEADKEEP_SERVER__ENVIRONMENT: 'development', LEADKEEP_SERVER__RATE_FACTOR: '10000' } })
const AT_ONCE = 100_000
const GROUPS = Number(process.env['GROUPS'] ?? 10)

/** SQL with full rights over the private database. */
function sql(text: string): string {
  const data = join(product().dir, 'data/postgres/data')
  const { uid, gid } = statSync(data)
  const socket = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[4] ?? ''
  const psql = join(dirname(readlinkSync(`/proc/${String(product().postmaster)}/exe`)), 'psql')
  const owner = process.getuid?.() === 0 ? { uid, gid } : {}
  const words = ['-h', socket, '-U', 'postgres', '-d', 'leadkeep', '-qAt', '--set=ON_ERROR_STOP=1', '-f', '-']
  return execFileSync(psql, words, { ...owner, cwd: '/', input: text, encoding: 'utf8' }).trim()
}

/** Turns the wheel for a while; the times between frames in milliseconds, and how far it got. */
async function scroll(page: Page, seconds: number): Promise<{ frames: number[]; rows: number }> {
  const list = page.getByRole('listbox', { name: 'Entries' })
  await list.evaluate((box) => {
    const seen = { last: performance.now(), frames: [] as number[], on: true }
    Object.assign(globalThis, { seen })
    const frame = (now: number) => {
      seen.frames.push(now - seen.last)
      seen.last = now
      box.scrollTop += 90
      if (seen.on) requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
  })
  await page.waitForTimeout(seconds * 1000)
  return list.evaluate((box) => {
    const { seen } = globalThis as unknown as { seen: { frames: number[]; on: boolean } }
    seen.on = false
    return { frames: seen.frames.slice(1), rows: Math.round(box.scrollTop / 36) }
  })
}

test('a log of a million entries', async ({ page }) => {
  const workspace = sql("select workspace_id from workspaces where name = 'Fern & Clay'")
  const statement = readFileSync(join(import.meta.dirname, '../../bench/sql/entries.sql'), 'utf8')
  for (let group = 0; group < GROUPS; group += 1) {
    sql(statement.replaceAll(":'workspace'", `'${workspace}'`).replaceAll(":'browser'", "'Firefox'").replaceAll(':first', String(group * AT_ONCE)))
  }
  await until('all entries are in the tree', () => sql('select count(*) from audit_waiting') === '0', 300_000)
  await signIn(page, product(), 'ada@fern-and-clay.test')
  const opened = Date.now()
  await page.goto(`${product().dashboard}/settings/audit`)
  await expect(page.getByRole('option').first()).toBeVisible()
  console.log(`${sql('select count(*) from audit_entries')} entries; the page shows the newest after ${String(Date.now() - opened)} ms`)
  const { frames, rows } = await scroll(page, 20)
  const sorted = frames.toSorted((one, two) => one - two)
  const of = (percent: number) => (sorted[Math.floor((sorted.length * percent) / 100)] ?? 0).toFixed(1)
  console.log(
    `${String(frames.length)} frames in 20 s over ${String(rows)} rows: p50 ${of(50)} ms, p95 ${of(95)} ms, p99 ${of(99)} ms, ` +
      `longest ${(sorted.at(-1) ?? 0).toFixed(1)} ms; ${String(frames.filter((time) => time > 50).length)} over 50 ms`,
  )
  for (const query of ['action:contact.changed', 'action:auth.signed_in', 'actor:nobody']) {
    const asked = Date.now()
    await page.goto(`${product().dashboard}/settings/audit?q=${encodeURIComponent(query)}`)
    await expect(page.getByRole('option').first().or(page.getByText(/no entr/i).first())).toBeVisible()
    console.log(`${query}: shown after ${String(Date.now() - asked)} ms, the page's own start included`)
  }
})
