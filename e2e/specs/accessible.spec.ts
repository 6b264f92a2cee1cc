// axe-core finds nothing on any page, in either theme.
import { expect, test } from '@playwright/test'
import { problems } from '../support/axe.ts'
import { signIn } from '../support/desk.ts'
import { withProduct } from '../support/product.ts'
import { inside, outside, visiting, type Place } from '../support/walk.ts'

const product = withProduct()

for (const theme of ['light', 'dark'] as const) {
  const check = async (places: readonly Place[], page: Parameters<Place['go']>[0]) => {
    test.setTimeout(150_000)
    for (const { name, go } of places) {
      await test.step(name, async () => {
        const there = await go(page, product())
        expect.soft(await problems(there), `${name}, ${theme}`).toEqual([])
        if (there !== page) expect.soft(await problems(page), `${name}, the page around, ${theme}`).toEqual([])
      })
    }
  }

  test(`no page for people who are not signed in has a barrier, ${theme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    await check(outside, page)
  })

  test(`no page of the dashboard has a barrier, ${theme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    await signIn(page, product(), 'ada@fern-and-clay.test')
    await check(inside, page)
  })

  test(`neither the shop nor the widget has a barrier, ${theme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    // Only here, so that axe can look into the launcher's root.
    await page.addInitScript(() => {
      const { attachShadow } = Element.prototype
      Element.prototype.attachShadow = function (init) {
        return attachShadow.call(this, { ...init, mode: 'open' })
      }
    })
    await check(visiting, page)
  })
}

test('the check itself finds a barrier where there is one', async ({ page }) => {
  await page.setContent('<html lang="en"><title>Bad</title><main><h1>Bad</h1><img src="data:,"><p style="color:#aaa;background:#fff">Pale</p></main>')
  expect((await problems(page)).map((each) => each.split(' ')[0])).toEqual(expect.arrayContaining(['image-alt', 'color-contrast']))
})
