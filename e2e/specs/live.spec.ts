// What one browser does and another one sees within a second: workspaces, roles, removal, signing out, stale replies, notes.
import { expect, test, type Browser, type Page } from '@playwright/test'
import { Caller } from '../support/api.ts'
import { launch } from '../support/chromium.ts'
import { Desk, signIn } from '../support/desk.ts'
import { withProduct } from '../support/product.ts'
import { framesOf, Record } from '../support/record.ts'
import { openPanel } from '../support/widget.ts'

const product = withProduct()
const [ada, bob] = ['ada@fern-and-clay.test', 'bob@fern-and-clay.test']

async function seat(browser: Browser, email: string): Promise<Page> {
  const page = await browser.newPage({ ...launch })
  await signIn(page, product(), email)
  return page
}

/** Joins the first workspace with a role of their own, so that no other test is disturbed. */
async function newcomer(browser: Browser, role: 'user' | 'admin'): Promise<{ page: Page; name: string; id: string; heard: string[] }> {
  const name = `Newcomer ${crypto.randomUUID().slice(0, 8)}`
  const caller = await Caller.byLink(product(), ada)
  const email = `${crypto.randomUUID()}@example.test`
  const { link } = await caller.call('POST', 'invitations', { email, role })
  const page = await browser.newPage({ ...launch })
  const heard = framesOf(page)
  await page.goto(product().secret(link))
  await page.getByRole('textbox', { name: 'Your name' }).fill(name)
  await page.getByLabel('Choose a password').fill(product().secret(`calm${crypto.randomUUID()}`))
  await page.getByRole('button', { name: 'Join' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Inbox' })).toBeAttached()
  await expect.poll(() => heard.some((each) => each.includes('"welcome"')), 'the socket stands').toBe(true)
  const { data } = await caller.call('GET', 'operators')
  return { page, name, heard, id: data.find((each: any) => each.name === name).id }
}

/** The conversation that begins with a message. */
async function conversationOf(caller: Caller, said: string): Promise<string> {
  const { data } = await caller.call('GET', 'conversations?limit=5')
  return data.find((each: any) => each.last_message.preview.includes(said)).id
}

const ended = (heard: string[]) => heard.some((each) => each.includes('"ended"'))
const withinASecond = { timeout: 1000, intervals: [20] }
/** Less than what the frame waits for before it asks by a request: so it came by the socket. */
const atOnce = { timeout: 2000 }

test('a switch of workspace in one tab takes the other tab along, and nothing of the old one stays', async ({ page, context }) => {
  await signIn(page, product(), ada)
  await new Desk(page).open('Mara Lindqvist')
  const other = await context.newPage()
  await other.goto(`${product().dashboard}/inbox`)
  await expect(new Desk(other).row('Mara Lindqvist')).toBeVisible()
  await page.getByRole('button', { name: /^Workspace:/ }).click()
  await page.getByRole('menuitemradio', { name: 'Northwind Bikes' }).or(page.getByRole('menuitem', { name: 'Northwind Bikes' })).click()
  for (const tab of [page, other]) {
    await expect(tab.getByRole('button', { name: 'Workspace: Northwind Bikes' })).toBeVisible()
    await expect(tab.getByText('Mara Lindqvist')).toHaveCount(0)
    await expect(tab.getByRole('main', { name: 'Northwind Bikes' })).toBeVisible()
  }
})

test('signing out ends the socket of the other tab within a second', async ({ page, context }) => {
  await signIn(page, product(), bob)
  const other = await context.newPage()
  const heard = framesOf(other)
  await other.goto(`${product().dashboard}/inbox`)
  await expect.poll(() => heard.some((each) => each.includes('"welcome"'))).toBe(true)
  await page.getByRole('button', { name: /^You:/ }).click()
  await Promise.all([
    page.waitForResponse((answer) => answer.url().endsWith('/auth/sign-out')),
    page.getByRole('menuitem', { name: 'Sign out' }).click(),
  ])
  await expect.poll(() => ended(heard), withinASecond).toBe(true)
  for (const tab of [page, other]) await expect(tab.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await page.goBack()
  await expect(page.getByText('Mara Lindqvist')).toHaveCount(0)
})

test('a change of role shows on the open page of the person within a second', async ({ browser, page }) => {
  const joined = await newcomer(browser, 'user')
  await joined.page.getByRole('link', { name: 'Settings' }).click()
  await joined.page.getByRole('link', { name: 'Members' }).click()
  await expect(joined.page.getByRole('heading', { level: 1, name: 'Members' })).toBeVisible()
  await expect(joined.page.getByRole('button', { name: 'Invite', exact: true })).toHaveCount(0)
  await signIn(page, product(), ada)
  await page.goto(`${product().dashboard}/settings/members`)
  await page.getByRole('combobox', { name: `Role of ${joined.name}` }).click()
  await Promise.all([
    page.waitForResponse((answer) => answer.request().method() === 'PATCH'),
    page.getByRole('option', { name: /^Admin/ }).click(),
  ])
  await expect.poll(() => ended(joined.heard), withinASecond).toBe(true)
  await expect(joined.page.getByRole('button', { name: 'Invite', exact: true })).toBeVisible()
  await joined.page.context().close()
})

test('somebody who is removed loses the open page within a second', async ({ browser, page }) => {
  const joined = await newcomer(browser, 'user')
  await new Desk(joined.page).open('Mara Lindqvist')
  await signIn(page, product(), ada)
  await page.goto(`${product().dashboard}/settings/members`)
  await page.getByRole('button', { name: `Remove ${joined.name}` }).click()
  await Promise.all([
    page.waitForResponse((answer) => answer.url().endsWith('/remove')),
    page.getByRole('alertdialog').or(page.getByRole('dialog')).getByRole('button', { name: 'Remove' }).click(),
  ])
  await expect.poll(() => ended(joined.heard), withinASecond).toBe(true)
  await expect(joined.page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await expect(joined.page.getByText('Mara Lindqvist')).toHaveCount(0)
  await joined.page.context().close()
})

test('a reply that crosses a message not yet seen is held back until the writer decides', async ({ browser, page }) => {
  const visitor = await browser.newPage({ ...launch })
  await visitor.goto(product().shop)
  const panel = await openPanel(visitor)
  const [first, second, reply] = [1, 2, 3].map(() => product().secret(`stale${crypto.randomUUID()}`)) as [string, string, string]
  await panel.say(first)
  await signIn(page, product(), bob)
  const desk = new Desk(page)
  await desk.open(first)
  await expect(desk.thread.getByText(first)).toBeVisible()
  await desk.reply.fill(reply)
  // The operator's browser hears nothing for a moment; the visitor goes on.
  const caller = await Caller.byLink(product(), ada)
  const id = await conversationOf(caller, first)
  await page.route(`**/conversations/${id}/messages`, async (route) => {
    if (route.request().method() === 'POST' && !route.request().postDataJSON().second) await panel.say(second).catch(() => undefined)
    await route.continue()
  })
  await desk.reply.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'The conversation moved on' })
  await expect(dialog.getByText(second)).toBeVisible()
  await expect(panel.message(reply)).toHaveCount(0)
  await page.unroute(`**/conversations/${id}/messages`)
  await dialog.getByRole('button', { name: 'Send anyway' }).click()
  await expect(panel.message(reply)).toBeVisible()
  await expect(dialog).toHaveCount(0)
  await visitor.context().close()
})

test('a private note never reaches the widget, while a reply beside it does', async ({ browser }) => {
  const context = await browser.newContext({ ...launch })
  const record = new Record(context)
  const visitor = await context.newPage()
  await visitor.goto(product().shop)
  const panel = await openPanel(visitor)
  const [said, note, reply] = [1, 2, 3].map(() => product().secret(`note${crypto.randomUUID()}`)) as [string, string, string]
  await panel.say(said)
  const operator = await seat(browser, bob)
  const desk = new Desk(operator)
  await desk.open(said)
  await desk.writeNote(`Between us: ${note}`)
  await operator.getByRole('button', { name: 'Reply', exact: true }).click()
  await desk.answer(`For you: ${reply}`)
  await expect(panel.message(reply)).toBeVisible(atOnce)
  const again = await context.newPage()
  await again.goto(product().shop)
  await expect((await openPanel(again)).message(reply)).toBeVisible()
  expect((await record.places(reply)).length).toBeGreaterThan(1)
  expect(await record.places(note)).toEqual([])
  expect(await record.unread()).toEqual([])
  await Promise.all([context.close(), operator.context().close()])
})

test('the first answer reaches a visitor who has only just written, however quick it is', async ({ page }) => {
  await page.goto(product().shop)
  const panel = await openPanel(page)
  const caller = await Caller.byLink(product(), ada)
  const [said, answer] = [product().secret(`first${crypto.randomUUID()}`), product().secret(`quick${crypto.randomUUID()}`)]
  await panel.say(said)
  const id = await conversationOf(caller, said)
  await caller.call('POST', `conversations/${id}/messages`, { client_message_id: crypto.randomUUID(), body: answer })
  await expect(panel.message(answer)).toBeVisible(atOnce)
})

test('a visitor sees at once that their conversation was resolved and reopened', async ({ page }) => {
  await page.goto(product().shop)
  const panel = await openPanel(page)
  const caller = await Caller.byLink(product(), ada)
  const said = product().secret(`done${crypto.randomUUID()}`)
  await panel.say(said)
  const id = await conversationOf(caller, said)
  const hint = panel.frame.getByText('This conversation is resolved')
  await expect(hint).toHaveCount(0)
  await caller.call('POST', `conversations/${id}/resolve`, {})
  await expect(hint).toBeVisible(atOnce)
  await caller.call('POST', `conversations/${id}/reopen`, {})
  await expect(hint).toHaveCount(0, atOnce)
})

test('typing, being online and having read are seen on the other side', async ({ browser }) => {
  const [visitor, operator] = [await browser.newPage({ ...launch }), await seat(browser, bob)]
  await visitor.goto(product().shop)
  const panel = await openPanel(visitor)
  const word = product().secret(`seen${crypto.randomUUID()}`)
  await panel.say(word)
  await expect(panel.frame.getByText('Online now')).toBeVisible()
  const desk = new Desk(operator)
  await desk.open(word)
  await expect(panel.message(word).getByText('Seen', { exact: true })).toBeVisible()
  await desk.reply.pressSequentially('Just a mom')
  await expect(panel.frame.getByText('Bob Okafor is typing…')).toBeVisible()
  await panel.field.pressSequentially('Take your')
  await expect(operator.getByText(/is typing/).first()).toBeVisible()
  // Who comes back later is told the same.
  await visitor.reload()
  await expect((await openPanel(visitor)).message(word).getByText('Seen', { exact: true })).toBeVisible()
  await Promise.all([visitor.context().close(), operator.context().close()])
})
