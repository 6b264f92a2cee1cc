// An API key from its making in the page to its end, and a program that uses it in between.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@playwright/test'
import { problems } from '../support/axe.ts'
import { signIn } from '../support/desk.ts'
import { withProduct } from '../support/product.ts'

const product = withProduct()
const run = promisify(execFile)

/** A program of its own, with Node's own fetch: what it is answered with. */
async function asProgram(key: string, path: string): Promise<number> {
  const script = 'const { URL_, KEY } = process.env; console.log((await fetch(URL_, { headers: { authorization: `Bearer ${KEY}` } })).status)'
  const env = {
    NODE_EXTRA_CA_CERTS: join(product().dir, 'data/tls/local-authority.pem'),
    URL_: `${product().dashboard}/api/v1/${path}`,
    KEY: key,
  }
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], { env })
  return Number(stdout)
}

test('a key is made in the page, used by a program and not by a page, and refused once it is revoked', async ({ page }) => {
  test.setTimeout(120_000)
  await signIn(page, product(), 'ada@fern-and-clay.test')
  await page.goto(`${product().dashboard}/settings/api-keys`)
  await page.getByRole('button', { name: 'Make the first key' }).click()
  const making = page.getByRole('dialog', { name: 'New API key' })
  await expect(making.getByRole('textbox', { name: 'Name' })).toBeFocused()
  await making.getByRole('button', { name: 'Make the key' }).click()
  await expect(making.getByText('Choose at least one')).toBeVisible()
  await making.getByRole('textbox', { name: 'Name' }).fill('Nightly report')
  await making.getByRole('checkbox', { name: 'Read conversations' }).check()
  await making.getByRole('textbox', { name: 'Allowed addresses (optional)' }).fill('10.1.2.3/8')
  await making.getByRole('button', { name: 'Make the key' }).click()
  await expect(making.getByText(/must be an address or a network/)).toBeVisible()
  await making.getByRole('textbox', { name: 'Allowed addresses (optional)' }).fill('127.0.0.0/8, ::1')
  await making.getByRole('button', { name: 'Make the key' }).click()

  const shown = page.getByRole('dialog', { name: 'Your API key' })
  const key = product().secret(await shown.getByRole('textbox', { name: 'API key' }).inputValue())
  expect(key).toMatch(/^lk_[0-7][0-9a-hjkmnp-tv-z]{25}_[0-9a-hjkmnp-tv-z]{59}$/)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    expect(await problems(page), `the key in ${colorScheme}`).toEqual([])
  }
  await shown.getByRole('button', { name: 'I have kept it' }).click()
  await expect(page.getByText(/^Never used/)).toBeVisible()

  expect(await asProgram(key, 'conversations')).toBe(200)
  expect(await asProgram(key, 'workspace')).toBe(403)
  const inPage = await page.evaluate(async (bearer) => {
    const answer = await fetch('/api/v1/conversations', { headers: { authorization: `Bearer ${bearer}` } })
    return (await answer.json()).code
  }, key)
  expect(inPage).toBe('keys_not_for_browsers')

  await page.reload()
  await expect(page.getByText(/^Last used /)).toBeVisible()
  await page.getByRole('button', { name: 'Revoke Nightly report' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  await expect(page.getByRole('heading', { name: 'Ended' })).toBeVisible()
  expect(await asProgram(key, 'conversations')).toBe(401)
})
