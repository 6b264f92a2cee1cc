// A second factor that is required: the founder enrols one first, and can require it of everybody.
import { expect, test, type Page } from '@playwright/test'
import { Caller } from '../support/api.ts'
import { app } from '../support/app.ts'
import { problems } from '../support/axe.ts'
import { launch } from '../support/chromium.ts'
import { setUp } from '../support/desk.ts'
import { withProduct } from '../support/product.ts'

const product = withProduct({ demo: false, settings: { LEADKEEP_IDENTITY__SECOND_FACTOR: 'required' } })
const founder = { name: 'Nora Founder', email: 'nora@example.test', password: 'wild plum orbit 7421' }

async function accessible(page: Page, what: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    expect(await problems(page), `${what} in ${colorScheme}`).toEqual([])
  }
}

test('a founder is led to enrolment before anything else, and can require a factor of everybody', async ({ page, browser }) => {
  test.setTimeout(120_000)
  await setUp(page, product(), product().announced('setup'), founder)
  const step = page.getByRole('heading', { level: 1, name: 'One more step' })
  await expect(step).toBeVisible()
  await accessible(page, 'the required enrolment')
  // No address leads around it.
  await page.goto(`${product().dashboard}/settings/members`)
  await expect(step).toBeVisible()
  await page.getByRole('button', { name: 'Enrol an app' }).click()
  const enrolling = page.getByRole('dialog', { name: 'Enrol an authenticator app' })
  await enrolling.getByText('Cannot scan?').click()
  const secret = product().secret((await enrolling.getByText(/^[A-Z2-7]{32}$/).innerText()).trim())
  await enrolling.getByRole('textbox', { name: 'Code from your app' }).fill(await app(secret))
  await enrolling.getByRole('button', { name: 'Enrol' }).click()
  const kept = page.getByRole('dialog', { name: 'Your app is enrolled' })
  await expect(kept.getByRole('listitem')).toHaveCount(10)
  for (const code of await kept.getByRole('listitem').allInnerTexts()) product().secret(code)
  await kept.getByRole('button', { name: 'I have kept them' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Members' })).toBeVisible()

  // Bob answers conversations only, so nothing is asked of him, until the workspace does.
  const bob = await browser.newPage({ ...launch })
  const caller = await Caller.byLink(product(), founder.email)
  const invited = await caller.call('POST', 'invitations', { email: 'bob@example.test', role: 'user' })
  const link: string = product().secret(invited.link)
  await bob.goto(link)
  await bob.getByRole('textbox', { name: 'Your name' }).fill('Bob')
  await bob.getByLabel('Choose a password', { exact: true }).fill(product().secret('quiet river stone 55'))
  await bob.getByRole('button', { name: 'Join' }).click()
  await expect(bob.getByRole('heading', { level: 1, name: 'Inbox' })).toBeAttached()

  await page.goto(`${product().dashboard}/settings/workspace`)
  await page.getByRole('button', { name: 'Require it of everybody' }).click()
  const asking = page.getByRole('dialog', { name: 'Require a second factor of everybody?' })
  await expect(asking.getByRole('list', { name: 'Without a second factor' }).getByText('Bob')).toBeVisible()
  await accessible(page, 'whom the requirement hits')
  await asking.getByRole('button', { name: 'Require it' }).click()
  await expect(page.getByText('1 of 2 members have none.')).toBeVisible()
  // His open page goes there by itself: the socket was closed with the reason.
  await expect(bob.getByRole('heading', { level: 1, name: 'One more step' })).toBeVisible()
  await expect(bob.getByText('Plum Support requires a second factor of everybody.')).toBeVisible()

  await page.getByRole('button', { name: 'No longer require it' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'No longer require it' }).click()
  await expect(page.getByText('Roles only')).toBeVisible()
  await bob.reload()
  await expect(bob.getByRole('heading', { level: 1, name: 'Inbox' })).toBeAttached()
  await bob.context().close()
})
