// axe-core finds nothing on any page, in either theme.
import { expect, test, type Page } from '@playwright/test'
import { auditPages } from '../support/audit.ts'
import { problems } from '../support/axe.ts'
import { signIn } from '../support/desk.ts'
import { withProduct } from '../support/product.ts'
import { enrolStaff, staffPages } from '../support/staff.ts'
import { inside, outside, visiting, type Place } from '../support/walk.ts'

const product = withProduct()

async function check(places: readonly Place[], page: Page): Promise<void> {
  test.setTimeout(180_000)
  for (const { name, go } of places) {
    await test.step(name, async () => {
      const there = await go(page, product())
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        expect.soft(await problems(there), `${name}, ${colorScheme}`).toEqual([])
        if (there !== page) expect.soft(await problems(page), `${name}, the page around, ${colorScheme}`).toEqual([])
      }
    })
  }
}

test('no page for people who are not signed in has a barrier, in either theme', async ({ page }) => {
  await check(outside, page)
})

test('no page of the dashboard has a barrier, in either theme', async ({ page }) => {
  await signIn(page, product(), 'ada@fern-and-clay.test')
  await check(inside, page)
})

test('each page of the settings has a title of its own', async ({ page }) => {
  await signIn(page, product(), 'ada@fern-and-clay.test')
  await page.goto(`${product().dashboard}/settings`)
  const sections = page.getByRole('navigation', { name: 'Settings', exact: true })
  await expect(sections.getByRole('link', { name: 'Members' })).toBeVisible()
  for (const name of await sections.getByRole('link').allInnerTexts()) {
    await sections.getByRole('link', { name, exact: true }).click()
    await expect(page).toHaveTitle(new RegExp(`^(\\(\\d+\\) )?${name} · .+ · Leadkeep$`))
  }
})

test('neither the audit log nor the page of staff has a barrier, in either theme', async ({ page }) => {
  await signIn(page, product(), 'ada@fern-and-clay.test')
  await check(auditPages, page)
  await enrolStaff(page, product(), 'grace@house.test', 'Grace of the House')
  await check(staffPages, page)
})

test('neither the shop nor the widget has a barrier, in either theme', async ({ page }) => {
  // Only here, so that axe can look into the launcher's root.
  await page.addInitScript(() => {
    const { attachShadow } = Element.prototype
    Element.prototype.attachShadow = function (init) {
      return attachShadow.call(this, { ...init, mode: 'open' })
    }
  })
  await check(visiting, page)
})

test('the check itself finds a barrier where there is one', async ({ page }) => {
  await page.setContent('<html lang="en"><title>Bad</title><main><h1>Bad</h1><img src="data:,"><p style="color:#aaa;background:#fff">Pale</p></main>')
  expect((await problems(page)).map((each) => each.split(' ')[0])).toEqual(expect.arrayContaining(['image-alt', 'color-contrast']))
})
