// Every page and state of the product, and how to get to it: for the checks that hold everywhere.
import { expect, type Frame, type Page } from '@playwright/test'
import { Caller } from './api.ts'
import { Desk } from './desk.ts'
import type { Product } from './product.ts'
import { Launcher, openPanel, Panel, frameOf } from './widget.ts'

export type Place = { readonly name: string; readonly go: (page: Page, product: Product) => Promise<Page | Frame> }

const ada = 'ada@fern-and-clay.test'
export const at = (path: string, heading: string | RegExp): Place['go'] => async (page, product) => {
  await page.goto(product.dashboard + path)
  await expect(page.getByRole('heading', { level: 1, name: heading })).toBeAttached()
  await settled(page)
  return page
}

/** Nothing is being fetched any more that a reader would wait for. */
export async function settled(page: Page): Promise<void> {
  await expect(page.getByRole('status', { name: /^Loading/ })).toHaveCount(0)
}

async function conversation(page: Page, product: Product, who: string | RegExp = 'Mara Lindqvist'): Promise<Desk> {
  await at('/inbox', 'Inbox')(page, product)
  const desk = new Desk(page)
  await desk.open(who)
  await expect(page.getByRole('log')).toBeVisible()
  await settled(page)
  return desk
}

/** For somebody who is not signed in. */
export const outside: readonly Place[] = [
  { name: 'sign-in', go: at('/sign-in', 'Sign in') },
  { name: 'sso', go: at('/sso', 'Single sign-on') },
  { name: 'sso-returned-empty', go: at('/sso/return', 'You are not signed in') },
  { name: 'link-incomplete', go: at('/link', 'This link does not work') },
  {
    name: 'link-refused',
    go: async (page, product) => {
      // From elsewhere, because a change of nothing but the fragment loads no page.
      await page.goto('about:blank')
      await page.goto(`${product.dashboard}/link#${'A'.repeat(43)}`)
      await expect(page.getByRole('heading', { name: 'This link does not work' })).toBeVisible()
      return page
    },
  },
  {
    name: 'invite',
    go: async (page, product) => {
      const caller = await Caller.byLink(product, ada)
      const email = `${crypto.randomUUID()}@example.test`
      const { link } = await caller.call('POST', 'invitations', { email, role: 'user' })
      await page.goto(product.secret(link))
      await expect(page.getByRole('heading', { name: 'Join Fern & Clay' })).toBeVisible()
      return page
    },
  },
  { name: 'invite-refused', go: at('/invite', 'This invitation does not work') },
  { name: 'setup-done', go: at('/setup', 'This server is set up already') },
]

/** For an operator of the demo's first workspace. */
export const inside: readonly Place[] = [
  { name: 'inbox', go: at('/inbox', 'Inbox') },
  { name: 'inbox-unassigned', go: at('/inbox?view=unassigned', 'Inbox') },
  { name: 'inbox-snoozed', go: at('/inbox?view=snoozed', 'Inbox') },
  { name: 'inbox-resolved', go: at('/inbox?view=resolved', 'Inbox') },
  {
    name: 'inbox-search',
    go: async (page, product) => {
      await at('/inbox?q=order', 'Inbox')(page, product)
      await expect(page.locator('mark').first()).toBeVisible()
      return page
    },
  },
  { name: 'inbox-search-nothing', go: async (page, product) => {
    await at('/inbox?q=nobodysaidthis', 'Inbox')(page, product)
    await expect(page.getByText('Nothing found', { exact: true }).first()).toBeVisible()
    return page
  } },
  { name: 'conversation', go: async (page, product) => (await conversation(page, product)).page },
  { name: 'conversation-anonymous', go: async (page, product) => (await conversation(page, product, 'roughly what')).page },
  {
    name: 'conversation-note',
    go: async (page, product) => {
      const desk = await conversation(page, product)
      await page.getByRole('button', { name: 'Note', exact: true }).click()
      await desk.note.fill('She would like the ash glaze.')
      return page
    },
  },
  {
    name: 'conversation-assign',
    go: async (page, product) => {
      await conversation(page, product)
      await page.getByRole('button', { name: /^Assign/ }).click()
      await expect(page.getByRole('menu')).toBeVisible()
      return page
    },
  },
  {
    name: 'conversation-edit-contact',
    go: async (page, product) => {
      await conversation(page, product)
      const details = page.getByRole('button', { name: / details$/ })
      await expect(details).toBeVisible()
      if ((await details.getAttribute('aria-expanded')) === 'false') await details.click()
      await page.getByRole('button', { name: 'Edit contact' }).click()
      await expect(page.getByRole('textbox', { name: 'Name' })).toBeVisible()
      return page
    },
  },
  { name: 'conversation-missing', go: async (page, product) => {
    await at(`/inbox/cnv_${'0'.repeat(26)}`, 'Inbox')(page, product)
    await expect(page.getByText('No such conversation')).toBeVisible()
    return page
  } },
  {
    name: 'palette',
    go: async (page, product) => {
      await at('/inbox', 'Inbox')(page, product)
      await page.keyboard.press('ControlOrMeta+k')
      await expect(page.getByRole('combobox')).toBeFocused()
      return page
    },
  },
  {
    name: 'shortcuts',
    go: async (page, product) => {
      await at('/inbox', 'Inbox')(page, product)
      await page.keyboard.press('?')
      await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible()
      return page
    },
  },
  {
    name: 'person-menu',
    go: async (page, product) => {
      await at('/inbox', 'Inbox')(page, product)
      await page.getByRole('button', { name: /^You:/ }).click()
      await expect(page.getByRole('menu')).toBeVisible()
      return page
    },
  },
  {
    name: 'workspace-menu',
    go: async (page, product) => {
      await at('/inbox', 'Inbox')(page, product)
      await page.getByRole('button', { name: /^Workspace:/ }).click()
      await expect(page.getByRole('menu')).toBeVisible()
      return page
    },
  },
  { name: 'settings-widget', go: at('/settings/widget', 'Widget') },
  { name: 'settings-members', go: at('/settings/members', 'Members') },
  {
    name: 'settings-members-sessions',
    go: async (page, product) => {
      await at('/settings/members', 'Members')(page, product)
      await page.getByRole('button', { name: 'Sessions of Bob Okafor' }).click()
      await expect(page.getByRole('dialog', { name: 'Sessions of Bob Okafor' })).toBeVisible()
      await settled(page)
      return page
    },
  },
  {
    name: 'settings-members-remove',
    go: async (page, product) => {
      await at('/settings/members', 'Members')(page, product)
      await page.getByRole('button', { name: 'Remove Bob Okafor' }).click()
      const dialog = page.getByRole('dialog', { name: 'Remove Bob Okafor?' })
      await expect(dialog.getByRole('button', { name: 'Remove' })).toBeEnabled()
      return page
    },
  },
  {
    name: 'settings-members-hand-over',
    go: async (page, product) => {
      await at('/settings/members', 'Members')(page, product)
      await page.getByRole('button', { name: 'Hand over' }).click()
      await expect(page.getByRole('dialog').getByRole('combobox', { name: 'To' })).toBeVisible()
      return page
    },
  },
  {
    name: 'settings-members-invite',
    go: async (page, product) => {
      await at('/settings/members', 'Members')(page, product)
      await page.getByRole('button', { name: 'Invite', exact: true }).click()
      await page.getByRole('dialog').getByRole('textbox', { name: 'E-mail' }).fill(`${crypto.randomUUID()}@example.test`)
      return page
    },
  },
  {
    name: 'settings-members-invited',
    go: async (page, product) => {
      await at('/settings/members', 'Members')(page, product)
      await page.getByRole('button', { name: 'Invite', exact: true }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('textbox', { name: 'E-mail' }).fill(`${crypto.randomUUID()}@example.test`)
      await dialog.getByRole('button', { name: 'Make the link' }).click()
      await expect(page.getByRole('dialog', { name: 'Invitation ready' })).toBeVisible()
      product.secret(await page.getByRole('dialog').getByRole('textbox', { name: 'Link' }).inputValue())
      return page
    },
  },
  { name: 'settings-staff-access', go: at('/settings/staff-access', 'Staff access') },
  { name: 'settings-api-keys', go: at('/settings/api-keys', 'API keys') },
  {
    name: 'settings-api-keys-new',
    go: async (page, product) => {
      await at('/settings/api-keys', 'API keys')(page, product)
      await page.getByRole('button', { name: 'New key' }).click()
      await expect(page.getByRole('dialog', { name: 'New API key' }).getByRole('textbox', { name: 'Name' })).toBeFocused()
      return page
    },
  },
  { name: 'settings-sessions', go: at('/settings/sessions', 'Your login') },
  { name: 'settings-security', go: at('/settings/security', 'Your security') },
  {
    name: 'settings-sessions-close',
    go: async (page, product) => {
      await at('/settings/sessions', 'Your login')(page, product)
      await page.getByRole('button', { name: 'Close my login' }).click()
      await expect(page.getByRole('dialog').getByText('You leave:')).toBeVisible()
      return page
    },
  },
  { name: 'settings-sso', go: at('/settings/sso', 'Single sign-on') },
  { name: 'settings-workspace', go: at('/settings/workspace', 'Workspace') },
  {
    name: 'settings-workspace-sessions',
    go: async (page, product) => {
      await at('/settings/workspace', 'Workspace')(page, product)
      await page.getByRole('button', { name: 'Change', exact: true }).click()
      await expect(page.getByRole('dialog').getByRole('status')).toHaveText(/No session ends by this|would end at once/)
      return page
    },
  },
  {
    name: 'settings-workspace-factor',
    go: async (page, product) => {
      await at('/settings/workspace', 'Workspace')(page, product)
      await page.getByRole('button', { name: 'Require it of everybody' }).click()
      await expect(page.getByRole('dialog').getByRole('list', { name: 'Without a second factor' })).toBeVisible()
      return page
    },
  },
  { name: 'settings-browser', go: at('/settings/preferences', /./) },
  { name: 'missing', go: at('/nowhere', 'Page not found') },
]

/** For a visitor of the demo shop. */
export const visiting: readonly Place[] = [
  {
    name: 'shop-closed',
    go: async (page, product) => {
      await page.goto(product.shop)
      await new Launcher(page).box()
      return page
    },
  },
  {
    name: 'shop-open',
    go: async (page, product) => {
      await page.goto(product.shop)
      return (await openPanel(page)).frame
    },
  },
  {
    name: 'shop-chat',
    go: async (page, product) => {
      await page.goto(product.shop)
      const panel = await openPanel(page)
      // The address makes a link of it.
      await panel.say('Is the moss glaze food-safe? https://shop.example/care')
      return panel.frame
    },
  },
  {
    name: 'shop-menu',
    go: async (page) => {
      const panel = new Panel(await frameOf(page))
      await panel.frame.getByRole('button', { name: 'More' }).click()
      return panel.frame
    },
  },
  {
    name: 'shop-conversations',
    go: async (page) => {
      const panel = new Panel(await frameOf(page))
      await panel.frame.getByRole('button', { name: 'Your conversations' }).click()
      await expect(panel.frame.getByRole('heading', { name: 'Your conversations' })).toBeVisible()
      return panel.frame
    },
  },
]
