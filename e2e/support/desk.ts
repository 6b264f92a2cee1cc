// The dashboard as an operator uses it.
import { expect, type Locator, type Page } from '@playwright/test'
import type { Product } from './product.ts'

export async function signIn(page: Page, product: Product, email: string): Promise<void> {
  await page.goto(await product.signInLink(email))
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible()
  await expect(page.getByRole('heading', { level: 1, name: 'Inbox' })).toBeAttached()
}

type Founder = { name: string; email: string; password: string }

/** Fills the page of the setup link. */
export async function setUp(page: Page, product: Product, link: string, { name, email, password }: Founder): Promise<void> {
  await page.goto(link)
  await page.getByRole('textbox', { name: 'Workspace' }).fill('Plum Support')
  await page.getByRole('textbox', { name: 'Your name' }).fill(name)
  await page.getByRole('textbox', { name: 'E-mail' }).fill(email)
  await page.getByLabel('Password', { exact: true }).fill(product.secret(password))
  await page.getByRole('button', { name: 'Set up' }).click()
}

export class Desk {
  constructor(readonly page: Page) {}

  get list(): Locator {
    return this.page.getByRole('region', { name: / conversations$/ })
  }

  get thread(): Locator {
    return this.page.getByRole('log')
  }

  get reply(): Locator {
    return this.page.getByRole('textbox', { name: /^Reply to/ })
  }

  get note(): Locator {
    return this.page.getByRole('textbox', { name: 'Note' })
  }

  row(text: string | RegExp): Locator {
    return this.list.getByRole('link').filter({ hasText: text })
  }

  async open(text: string | RegExp): Promise<void> {
    await this.row(text).click()
    await expect(this.reply).toBeVisible()
  }

  async answer(text: string): Promise<void> {
    await this.reply.fill(text)
    await this.reply.press('Enter')
    await expect(this.thread.getByText(text)).toBeVisible()
    await expect(this.thread.getByText('Sending…')).toHaveCount(0)
  }

  async writeNote(text: string): Promise<void> {
    await this.page.getByRole('button', { name: 'Note', exact: true }).click()
    await this.note.fill(text)
    await this.note.press('Enter')
    await expect(this.thread.getByText(text)).toBeVisible()
    await expect(this.thread.getByText('Sending…')).toHaveCount(0)
  }
}
