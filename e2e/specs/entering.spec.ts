// The first days: the widget's first page, inviting a colleague, signing in with a password and by link.
import { expect, test, type Browser, type Page } from '@playwright/test'
import { call, Caller } from '../support/api.ts'
import { launch } from '../support/chromium.ts'
import { Desk, setUp } from '../support/desk.ts'
import { withProduct } from '../support/product.ts'
import { hostPage, Sites } from '../support/site.ts'
import { openPanel } from '../support/widget.ts'

const product = withProduct({ demo: false })
const sites = new Sites()
test.beforeAll(() => sites.start())
test.afterAll(() => sites.stop())

const founder = { name: 'Nora Founder', email: 'nora@example.test' }

const password = 'wild plum orbit 7421'

const needed = async (): Promise<boolean> => (await call(product(), `${product().dashboard}/api/v1/setup`)).json.needed

async function signedUp(browser: Browser): Promise<void> {
  if (!(await needed())) return
  const page = await browser.newPage({ ...launch })
  await setUp(page, product(), await product().admin('setup-link'), { ...founder, password })
  await expect(page.getByRole('heading', { level: 1, name: 'Widget' })).toBeVisible()
  await page.context().close()
}

async function signIn(page: Page): Promise<void> {
  await page.goto(`${product().dashboard}/sign-in`)
  await page.getByRole('textbox', { name: 'E-mail' }).fill(founder.email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Inbox' })).toBeAttached()
}

test('a wrong password and an unknown address are told in the same words', async ({ page, browser }) => {
  await signedUp(browser)
  const words: string[] = []
  for (const email of [founder.email, 'nobody@example.test']) {
    await page.goto(`${product().dashboard}/sign-in`)
    await page.getByRole('textbox', { name: 'E-mail' }).fill(email)
    await page.getByLabel('Password', { exact: true }).fill(product().secret('wrong wrong wrong 1'))
    await page.getByRole('button', { name: 'Sign in' }).click()
    words.push(await page.getByRole('alert').innerText())
  }
  expect(words[0]).toContain('not right')
  expect(words[1]).toBe(words[0])
})

test('an empty inbox leads to the widget, and its light turns green by itself at the first page', async ({ page, browser }) => {
  await signedUp(browser)
  await signIn(page)
  await expect(page.getByText('No conversations yet')).toBeVisible()
  await page.getByRole('link', { name: 'Install the widget' }).click()
  await expect(page.getByText('Waiting for the first page.')).toBeVisible()
  await page.getByRole('textbox', { name: 'Add a site' }).fill(sites.origin('first'))
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(page.getByText(sites.origin('first'))).toBeVisible()
  // Exactly what a person would copy.
  const copied = await page.getByLabel('Snippet', { exact: true }).innerText()
  const visitor = await browser.newPage({ ...launch })
  await visitor.goto(sites.put('first', '/', `<!doctype html><html lang="en"><title>First</title><h1>First</h1>${copied}</html>`))
  await openPanel(visitor)
  await expect(page.getByText('Installed.')).toBeVisible()
  await expect(page.getByText('Waiting for the first page.')).toHaveCount(0)
  await visitor.context().close()
})

test('an invited colleague joins in a browser of their own, and the link works once', async ({ page, browser }) => {
  await signedUp(browser)
  await signIn(page)
  await page.goto(`${product().dashboard}/settings/members`)
  await page.getByRole('button', { name: 'Invite', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'E-mail' }).fill('otto@example.test')
  await dialog.getByRole('button', { name: 'Make the link' }).click()
  const link = product().secret(await dialog.getByRole('textbox', { name: 'Link' }).inputValue())
  await dialog.getByRole('button', { name: 'Done' }).click()
  await expect(page.getByText('otto@example.test', { exact: true })).toBeVisible()

  const colleague = await browser.newPage({ ...launch })
  await colleague.goto(link)
  await expect(colleague.getByRole('heading', { name: 'Join Plum Support' })).toBeVisible()
  await colleague.getByRole('textbox', { name: 'Your name' }).fill('Otto Colleague')
  await colleague.getByLabel('Choose a password').fill(product().secret('quiet river stone 318'))
  await colleague.getByRole('button', { name: 'Join' }).click()
  await expect(colleague.getByRole('heading', { level: 1, name: 'Inbox' })).toBeAttached()
  // Without a reload, the one who invited sees it.
  await expect(page.getByText('Otto Colleague')).toBeVisible()

  const late = await browser.newPage({ ...launch })
  await late.goto(link)
  await expect(late.getByRole('heading', { name: 'This invitation does not work' })).toBeVisible()
  await Promise.all([colleague.context().close(), late.context().close()])
})

test('a sign-in link works once, and not at all when it is made up', async ({ page, browser }) => {
  await signedUp(browser)
  const link = await product().signInLink(founder.email)
  await page.goto(link)
  await expect(page.getByRole('heading', { level: 1, name: 'Inbox' })).toBeAttached()
  for (const refused of [link, `${product().dashboard}/link#${'B'.repeat(43)}`]) {
    const other = await browser.newPage({ ...launch })
    await other.goto(refused)
    await expect(other.getByRole('heading', { name: 'This link does not work' })).toBeVisible()
    await other.context().close()
  }
})

test('a second sign-in link opened in the same tab is used', async ({ page, browser }) => {
  await signedUp(browser)
  await page.goto(`${product().dashboard}/link#${'C'.repeat(43)}`)
  await expect(page.getByRole('heading', { name: 'This link does not work' })).toBeVisible()
  await page.goto(await product().signInLink(founder.email))
  await expect(page.getByRole('heading', { level: 1, name: 'Inbox' })).toBeAttached()
})

test('a refresh token used a second time ends the whole session', async ({ browser }) => {
  await signedUp(browser)
  const caller = await Caller.byLink(product(), founder.email)
  const old = caller.cookie
  expect((await caller.refresh()).status).toBe(200)
  expect((await caller.refresh()).status, 'the newest one works').toBe(200)
  expect((await caller.refresh(old)).status, 'an old one is refused').toBe(401)
  expect((await caller.refresh(caller.cookie)).status, 'and so is the newest from then on').toBe(401)
  await expect(caller.call('GET', 'me')).rejects.toThrow('401')
})

test('the first conversation lands in the inbox of the founder', async ({ page, browser }) => {
  await signedUp(browser)
  await signIn(page)
  const caller = await Caller.byLink(product(), founder.email)
  const [widget] = (await caller.call('GET', 'widgets')).data
  await caller.call('PATCH', `widgets/${widget.id}`, { allowed_sites: [sites.origin('plum')] })
  const visitor = await browser.newPage({ ...launch })
  await visitor.goto(sites.put('plum', '/', hostPage(widget)))
  await (await openPanel(visitor)).say('Is anybody there?')
  await new Desk(page).open('Is anybody there?')
  await visitor.context().close()
})
