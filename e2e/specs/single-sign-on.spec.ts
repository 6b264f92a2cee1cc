// Single sign-on from beginning to end, with oidc-provider as the company's provider.
import { spawn, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test, type Page } from '@playwright/test'
import { problems } from '../support/axe.ts'
import { launch } from '../support/chromium.ts'
import { setUp } from '../support/desk.ts'
import { withProduct } from '../support/product.ts'

const founder = { name: 'Ada Plum', email: 'ada@plum.test', password: 'wild orbit 7421 across' }
const support = join(import.meta.dirname, '../support')

// The company's own site. Its certificate is good until 2126; the key of the authority that made it is gone.
let site: Server
let shown = ''
const settings: Record<string, string> = {
  LEADKEEP_SERVER__ENVIRONMENT: 'development',
  LEADKEEP_OUTBOUND__ALLOWED_NETWORKS: '127.0.0.0/8',
  LEADKEEP_OUTBOUND__AUTHORITY: join(support, 'plum/authority.pem'),
}
test.beforeAll(async () => {
  const of = (name: string) => readFileSync(join(support, 'plum', name))
  site = createServer({ key: of('site.key'), cert: of('site.pem') }, (request, response) => {
    response.statusCode = request.url === '/.well-known/leadkeep-domain.txt' ? 200 : 404
    response.end(shown)
  })
  await new Promise<void>((ready) => site.listen(0, '127.0.0.1', ready))
  const address = site.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  settings['LEADKEEP_OUTBOUND__FOUND_AT'] = `plum.test=127.0.0.1:${address.port}`
})
const product = withProduct({ demo: false, settings })

let provider: ChildProcess | undefined
test.afterAll(() => {
  provider?.kill()
  site.close()
})

/** Starts the provider; its issuer. */
async function start(secret: string, logout: string): Promise<string> {
  const child = spawn(process.execPath, [join(support, 'oidc-provider.mjs')], {
    env: {
      PATH: process.env['PATH'],
      NODE_EXTRA_CA_CERTS: join(product().dir, 'data/tls/local-authority.pem'),
      DASHBOARD: product().dashboard,
      LOGOUT: logout,
      SECRET: secret,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  provider = child
  const lines = createInterface({ input: child.stdout })
  return new Promise((listening, failed) => {
    lines.once('line', listening)
    child.once('exit', (code) => failed(new Error(`the provider ended: ${code}`)))
  })
}

const inbox = (page: Page) => page.getByRole('heading', { level: 1, name: 'Inbox' })

async function accessible(page: Page, what: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    expect(await problems(page), `${what} in ${colorScheme}`).toEqual([])
  }
}

/** The value behind a label of the settings, which is there to be copied. */
function value(page: Page, name: string): Promise<string> {
  return page.getByRole('group', { name }).locator('code').innerText()
}

test('a provider is set, a domain is shown to be ours, somebody signs in there, and out', async ({ page, browser }) => {
  test.setTimeout(120_000)
  await setUp(page, product(), product().announced('setup'), founder)
  await expect(page.getByRole('heading', { level: 1, name: 'Widget' })).toBeVisible()
  await page.getByRole('link', { name: 'Single sign-on' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Single sign-on' })).toBeVisible()
  const secret = product().secret('a secret that both know: 100 %')
  const issuer = await start(secret, await value(page, 'Back-channel logout address'))
  await accessible(page, 'single sign-on before a provider')

  await page.getByLabel('Issuer').fill(`${issuer}/elsewhere`)
  await page.getByLabel('Client ID').fill('leadkeep')
  await page.getByLabel('Client secret').fill(secret)
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('What the provider publishes cannot be used.')).toBeVisible()
  await page.getByLabel('Issuer').fill(issuer)
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('0 people came this way.')).toBeVisible()
  await expect(page.getByLabel('Client secret')).toHaveValue('')

  await page.getByLabel('Domain', { exact: true }).fill('plum.test')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByRole('button', { name: 'Verify plum.test' }).click()
  await expect(page.getByText('The domain could not be verified')).toBeVisible()
  await accessible(page, 'single sign-on with a domain')
  shown = await value(page, 'With this line')
  await page.getByRole('button', { name: 'Verify plum.test' }).click()
  await expect(page.getByText(/Verified on/)).toBeVisible()
  const way = await value(page, 'Where your people sign in')

  const away = await browser.newContext({ ...launch })
  const ada = await away.newPage()
  await ada.goto(`${product().dashboard}/sign-in`)
  await ada.getByRole('link', { name: 'Continue with single sign-on' }).click()
  // Both pages have a field of this name.
  await expect(ada.getByRole('heading', { name: 'Single sign-on' })).toBeVisible()
  await ada.getByRole('textbox', { name: 'E-mail' }).fill(founder.email)
  await ada.getByRole('button', { name: 'Send me the link' }).click()
  await expect(ada.getByRole('heading', { name: 'Look into your mail' })).toBeVisible()
  await ada.goto('about:blank')
  await ada.goto(way)
  await expect(ada.getByRole('button', { name: 'Continue to your provider' })).toBeFocused()
  await accessible(ada, 'the way to the provider')
  await ada.keyboard.press('Enter')
  await ada.getByRole('button', { name: 'I am Ada' }).click()
  await expect(inbox(ada)).toBeAttached()
  expect(new URL(ada.url()).search).toBe('')

  // The browser remembers the workspace, and the provider remembers Ada: one click.
  const again = await away.newPage()
  await again.goto(`${product().dashboard}/sso`)
  await again.getByRole('button', { name: 'Continue to your provider' }).click()
  await expect(inbox(again)).toBeAttached()
  await page.reload()
  await expect(page.getByText('1 person came this way.')).toBeVisible()
  await accessible(page, 'single sign-on with a provider')

  // Out at the provider is out here, without a word from the browser.
  const leaving = await away.newPage()
  await leaving.goto(`${issuer}/session/end`)
  await leaving.getByRole('button', { name: 'Sign out everywhere' }).click()
  await expect(leaving.getByRole('heading', { name: 'Gone' })).toBeVisible()
  await expect(again.getByText('Your session has ended.')).toBeVisible()
  await away.close()
  await expect(page.getByText('1 person came this way.')).toBeVisible()
})
