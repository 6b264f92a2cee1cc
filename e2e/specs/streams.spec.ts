// A stream of the audit log, made in the page, to a receiver that knows by the secret whose it is.
import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import { expect, test } from '@playwright/test'
import { problems } from '../support/axe.ts'
import { signIn } from '../support/desk.ts'
import { withProduct } from '../support/product.ts'

type Came = { headers: IncomingHttpHeaders; body: string }

let receiver: Server
let address = ''
const came: Came[] = []
test.beforeAll(async () => {
  receiver = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (piece: string) => (body += piece))
    request.on('end', () => {
      came.push({ headers: request.headers, body })
      response.writeHead(204).end()
    })
  })
  await new Promise<void>((ready) => receiver.listen(0, '127.0.0.1', ready))
  const at = receiver.address()
  if (at === null || typeof at === 'string') throw new Error('no port')
  address = `http://127.0.0.1:${String(at.port)}/hook`
})
const product = withProduct({
  settings: {
    LEADKEEP_SERVER__ENVIRONMENT: 'development',
    LEADKEEP_OUTBOUND__ALLOWED_NETWORKS: '127.0.0.0/8',
  },
})
test.afterAll(() => {
  receiver.close()
})

/** Whether a delivery is signed with the secret, by the specification alone. */
function isSigned({ headers, body }: Came, secret: string): boolean {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  const [id, at] = [String(headers['webhook-id']), String(headers['webhook-timestamp'])]
  const tag = createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64')
  return String(headers['webhook-signature']).split(' ').includes(`v1,${tag}`)
}

test('a stream is made in the page, its secret is shown once, and a test event arrives signed', async ({ page }) => {
  await signIn(page, product(), 'ada@fern-and-clay.test')
  await page.goto(`${product().dashboard}/settings/audit`)
  await page.getByRole('link', { name: 'Streams' }).click()
  await page.getByRole('button', { name: 'Make the first stream' }).click()
  const making = page.getByRole('dialog', { name: 'New stream' })
  await making.getByRole('textbox', { name: 'Name' }).fill('Night watch')
  await making.getByRole('button', { name: 'Start the stream' }).click()
  await expect(making.getByText('Say where it goes')).toBeVisible()
  await making.getByRole('textbox', { name: 'Address' }).fill('https://10.0.0.1/hook')
  await making.getByRole('button', { name: 'Start the stream' }).click()
  await expect(making.getByText(/in a private network/)).toBeVisible()
  await making.getByRole('textbox', { name: 'Address' }).fill(address)
  await making.getByRole('button', { name: 'Start the stream' }).click()

  const shown = page.getByRole('dialog', { name: 'The stream’s secret' })
  // The product's log is looked through for it at the end.
  const secret = product().secret(await shown.getByRole('textbox', { name: 'Secret' }).inputValue())
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    expect(await problems(page), `the secret in ${colorScheme}`).toEqual([])
  }
  await shown.getByRole('button', { name: 'I have kept it' }).click()
  await expect(page.getByText('Active', { exact: true })).toBeVisible()

  await page.getByRole('button', { name: 'Send a test along Night watch' }).click()
  await expect(page.getByText('The test event arrived')).toBeVisible()
  const tested = came.find(({ body }) => body.includes('"test":true'))
  if (tested === undefined) throw new Error('no test event came')
  expect(isSigned(tested, secret)).toBe(true)
  expect(isSigned({ ...tested, body: `${tested.body} ` }, secret)).toBe(false)

  await page.getByRole('button', { name: 'Pause Night watch' }).click()
  await expect(page.getByText(/^Paused by hand/)).toBeVisible()
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    expect(await problems(page), `a stream in ${colorScheme}`).toEqual([])
  }
  await page.getByRole('button', { name: 'More for Night watch' }).click()
  await page.getByRole('menuitem', { name: 'Remove…' }).click()
  await page.getByRole('alertdialog').or(page.getByRole('dialog')).getByRole('button', { name: 'Remove' }).click()
  await expect(page.getByText('No streams yet')).toBeVisible()
})
