// One picture of every page in both themes, on a desk and on a telephone.
import { test, type Page } from '@playwright/test'
import { setUp, signIn } from '../support/desk.ts'
import { withProduct } from '../support/product.ts'
import { inside, outside, visiting, type Place } from '../support/walk.ts'

const product = withProduct()
const sizes = { desk: { width: 1440, height: 900 }, telephone: { width: 390, height: 844 } }

for (const [size, viewport] of Object.entries(sizes)) {
  const shoot = async (page: Page, places: readonly Place[]) => {
    await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: 'light' })
    for (const { name, go } of places) {
      try {
        await go(page, product())
      } catch (error) {
        console.error(`${name}, ${size}: ${String(error).split('\n')[0]}`)
      }
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        await page.screenshot({ path: `output/shots/${name}-${size}-${colorScheme}.png` })
      }
      await page.emulateMedia({ colorScheme: 'light' })
    }
  }
  test.describe(size, () => {
    test.use({ viewport })
    test('outside', ({ page }) => shoot(page, outside))
    test('inside', async ({ page }) => {
      await signIn(page, product(), 'ada@fern-and-clay.test')
      await shoot(page, inside)
    })
    test('visiting', ({ page }) => shoot(page, visiting))
  })
}

test.describe('empty', () => {
  const empty = withProduct({ demo: false })
  test.use({ viewport: sizes.desk })
  test('set-up and what follows', async ({ page }) => {
    await page.goto(empty().announced('setup'))
    await page.getByRole('button', { name: 'Set up' }).waitFor()
    await page.screenshot({ path: 'output/shots/setup-desk-light.png' })
    await page.goto('about:blank')
    await setUp(page, empty(), empty().announced('setup'), { name: 'Nora', email: 'nora@example.test', password: 'wild plum orbit 7421' })
    await page.getByText('Waiting for the first page.').waitFor()
    await page.screenshot({ path: 'output/shots/widget-waiting-desk-light.png' })
    await page.goto(`${empty().dashboard}/inbox`)
    await page.getByText('No conversations yet').waitFor()
    await page.screenshot({ path: 'output/shots/inbox-empty-desk-light.png' })
  })
})
