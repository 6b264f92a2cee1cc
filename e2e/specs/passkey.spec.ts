// A passkey from beginning to end, with Chromium's own virtual authenticator as the device.
import { expect, test, type Page } from '@playwright/test'
import { setUp } from '../support/desk.ts'
import { withProduct } from '../support/product.ts'

const product = withProduct({ demo: false, settings: { LEADKEEP_IDENTITY__SECOND_FACTOR: 'required' } })
const founder = { name: 'Nora Founder', email: 'nora@example.test', password: 'wild plum orbit 7421' }

/** A device that keeps passkeys and always recognises its owner. */
async function device(page: Page): Promise<void> {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
}

const inbox = (page: Page) => page.getByRole('heading', { level: 1, name: 'Inbox' })

/** Whether a proof is asked for depends on the minute since the last one: both ways lead there. */
async function change(page: Page, dialog: string, action: string, done: ReturnType<Page['getByText']>): Promise<void> {
  const changing = page.getByRole('dialog', { name: dialog })
  const prove = changing.getByRole('button', { name: 'Prove it with a passkey' })
  await expect(changing).toBeVisible()
  if (!(await prove.isVisible())) await changing.getByRole('button', { name: action }).click()
  await expect(prove.or(done)).toBeVisible()
  if (await prove.isVisible()) await prove.click()
  await expect(done).toBeVisible()
}

test('a passkey is enrolled, signs in with and without the password, proves again who one is, and is removed', async ({ page }) => {
  test.setTimeout(120_000)
  await setUp(page, product(), product().announced('setup'), founder)
  await expect(page.getByRole('heading', { level: 1, name: 'One more step' })).toBeVisible()
  await device(page)
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  const adding = page.getByRole('dialog', { name: 'Add a passkey' })
  await adding.getByRole('textbox', { name: 'What will you call it?' }).fill('Laptop')
  await adding.getByRole('button', { name: 'Add it' }).click()
  const kept = page.getByRole('dialog', { name: 'Your passkey is enrolled' })
  await expect(kept.getByRole('listitem')).toHaveCount(10)
  for (const code of await kept.getByRole('listitem').allInnerTexts()) product().secret(code)
  await kept.getByRole('button', { name: 'I have kept them' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Widget' })).toBeVisible()

  // The password, and then the passkey.
  await page.goto(`${product().dashboard}/sign-in`)
  await page.getByRole('textbox', { name: 'E-mail' }).fill(founder.email)
  await page.getByLabel('Password', { exact: true }).fill(founder.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByRole('textbox', { name: 'Recovery code' })).toBeVisible()
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await expect(inbox(page)).toBeAttached()

  // The passkey alone.
  await page.goto(`${product().dashboard}/sign-in`)
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await expect(inbox(page)).toBeAttached()

  await page.goto(`${product().dashboard}/settings/security`)
  const line = page.getByRole('list', { name: 'Passkeys' }).getByRole('listitem')
  await expect(line).toContainText('Laptop')
  await expect(line).toContainText('used')

  // Ten minutes cannot be waited for here: the first answer is the one that comes after them.
  let asked = 0
  await page.route('**/api/v1/factors/recovery-codes', async (route) => {
    asked += 1
    if (asked > 1) return route.continue()
    const body = JSON.stringify({ type: 'about:blank', title: 'Forbidden', status: 403, code: 'step_up_needed' })
    await route.fulfill({ status: 403, contentType: 'application/problem+json', body })
  })
  await page.getByRole('button', { name: 'New recovery codes' }).click()
  const stepUp = page.getByRole('dialog', { name: 'Is it still you?' })
  await change(page, 'Make new recovery codes?', 'Make them', stepUp.getByRole('button', { name: 'Use a passkey' }))
  await stepUp.getByRole('button', { name: 'Use a passkey' }).click()
  const renewed = page.getByRole('dialog', { name: 'New recovery codes' })
  await expect(renewed.getByRole('listitem')).toHaveCount(10)
  for (const code of await renewed.getByRole('listitem').allInnerTexts()) product().secret(code)
  await renewed.getByRole('button', { name: 'I have kept them' }).click()
  expect(asked).toBe(2)

  // Without it an admin is back at the beginning.
  await page.getByRole('button', { name: 'Remove the passkey Laptop' }).click()
  await change(page, 'Remove “Laptop”?', 'Remove it', page.getByRole('heading', { level: 1, name: 'One more step' }))
})
