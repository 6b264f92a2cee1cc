// The dashboard without a mouse, and on a narrow screen.
import { expect, test, type Locator, type Page } from '@playwright/test'
import { Desk, signIn } from '../support/desk.ts'
import { withProduct } from '../support/product.ts'

const product = withProduct()
const ada = 'ada@fern-and-clay.test'
const selected = (page: Page) => new Desk(page).list.getByRole('link').and(page.locator('[aria-current]'))

test('J and K walk the list, R and N write to the right readers, Escape leaves', async ({ page }) => {
  await signIn(page, product(), ada)
  const desk = new Desk(page)
  await expect(desk.row('Mara Lindqvist')).toBeVisible()
  const rows = await desk.list.getByRole('link').allInnerTexts()
  await page.keyboard.press('j')
  await expect(selected(page)).toHaveText(new RegExp(rows[0]?.split('\n')[0] ?? ''))
  await page.keyboard.press('j')
  await expect(selected(page)).toHaveText(new RegExp(rows[1]?.split('\n')[0] ?? ''))
  await page.keyboard.press('k')
  await expect(selected(page)).toHaveText(new RegExp(rows[0]?.split('\n')[0] ?? ''))
  await page.keyboard.press('n')
  await expect(desk.note).toBeFocused()
  await page.keyboard.type('jkrne?')
  await expect(desk.note, 'letters are letters in a field').toHaveValue('jkrne?')
  await page.keyboard.press('Escape')
  await page.keyboard.press('r')
  await expect(desk.reply).toBeFocused()
  await expect(desk.reply, 'a note does not become a reply').toHaveValue('')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  await expect(selected(page)).toHaveCount(0)
})

test('N pressed while a conversation is on its way finds the field when it is there', async ({ page }) => {
  await signIn(page, product(), ada)
  const desk = new Desk(page)
  await expect(desk.row('Mara Lindqvist')).toBeVisible()
  let answer = () => {}
  const held = new Promise<void>((resolve) => (answer = resolve))
  await page.route(/\/conversations\/cnv_[a-z0-9]+$/i, async (route) => {
    await held
    await route.continue()
  })
  await page.keyboard.press('j')
  await expect(selected(page)).toHaveCount(1)
  await page.keyboard.press('n')
  await page.keyboard.press('j')
  answer()
  await expect(desk.note).toBeFocused()
  await expect(desk.note, 'what is pressed meanwhile is no command').toHaveValue('')
})

test('E resolves, Undo brings it back', async ({ page }) => {
  await signIn(page, product(), ada)
  const desk = new Desk(page)
  await desk.open('Priya Raman')
  await page.getByRole('log').focus()
  await page.keyboard.press('e')
  await expect(page.getByRole('status').getByText('Resolved')).toBeVisible()
  await expect(desk.row('Priya Raman')).toHaveCount(0)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(desk.row('Priya Raman')).toBeVisible()
})

test('the palette finds a place and a conversation by a few letters', async ({ page }) => {
  await signIn(page, product(), ada)
  await expect(new Desk(page).row('Mara Lindqvist')).toBeVisible()
  const palette = page.getByRole('combobox', { name: 'Search conversations and commands' })
  await page.keyboard.press('ControlOrMeta+k')
  await expect(palette).toBeFocused()
  await page.keyboard.type('memb')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'Members' })).toBeVisible()
  await page.keyboard.press('ControlOrMeta+k')
  await expect(palette).toBeFocused()
  await page.keyboard.type('mara')
  await expect(page.getByRole('option', { name: /Mara Lindqvist/ })).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 2, name: 'Mara Lindqvist' })).toBeVisible()
  await page.keyboard.press('ControlOrMeta+k')
  await expect(palette).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(palette).toHaveCount(0)
})

test('the question mark lists every shortcut, and Escape gives the focus back', async ({ page }) => {
  await signIn(page, product(), ada)
  await page.keyboard.press('?')
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  await expect(sheet.getByText('Resolve or reopen')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(sheet).toHaveCount(0)
  await page.keyboard.press('g')
  await page.keyboard.press('s')
  await expect(page.getByRole('heading', { level: 1, name: 'Widget' })).toBeVisible()
})

test('Tab alone reaches a conversation and its reply, and the focus is always somewhere', async ({ page }) => {
  await signIn(page, product(), ada)
  await expect(new Desk(page).row('Mara Lindqvist')).toBeVisible()
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused()
  await page.keyboard.press('Enter')
  const reach = async (wanted: Locator) => {
    for (let step = 0; step < 40 && !(await wanted.evaluate((each) => each === document.activeElement)); step += 1) await page.keyboard.press('Tab')
    await expect(wanted).toBeFocused()
  }
  const desk = new Desk(page)
  await reach(desk.row('Mara Lindqvist'))
  await page.keyboard.press('Enter')
  await expect(desk.reply).toBeVisible()
  await reach(desk.reply)
})

test('on a narrow screen list and conversation take turns, and nothing is wider than the screen', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await signIn(page, product(), ada)
  const desk = new Desk(page)
  const fits = () => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)
  expect(await fits()).toBe(true)
  await desk.open('Mara Lindqvist')
  await expect(desk.list).toBeHidden()
  expect(await fits()).toBe(true)
  await page.getByRole('link', { name: 'Back to the list' }).click()
  await expect(desk.row('Mara Lindqvist')).toBeVisible()
  for (const path of ['widget', 'members', 'sessions', 'workspace', 'preferences']) {
    await page.goto(`${product().dashboard}/settings/${path}`)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    expect(await fits(), path).toBe(true)
  }
})
