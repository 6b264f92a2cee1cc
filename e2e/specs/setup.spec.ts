// The very first start: one link makes the first workspace and its first operator, once.
import { expect, test } from '@playwright/test'
import { call } from '../support/api.ts'
import { problems } from '../support/axe.ts'
import { launch } from '../support/chromium.ts'
import { setUp } from '../support/desk.ts'
import { withProduct } from '../support/product.ts'

const product = withProduct({ demo: false })

test('the announced link sets a fresh server up once; used again it is refused and makes nobody', async ({ page, browser }) => {
  const link = product().announced('setup')
  await page.goto(link)
  await expect(page.getByRole('heading', { level: 1, name: 'Set up Leadkeep' })).toBeVisible()
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    expect(await problems(page), `the set-up page in ${colorScheme}`).toEqual([])
  }
  await page.goto('about:blank')
  await setUp(page, product(), link, { name: 'Nora Founder', email: 'nora@example.test', password: 'wild plum orbit 7421' })
  await expect(page.getByRole('heading', { level: 1, name: 'Widget' })).toBeVisible()
  expect(page.url(), 'the token is out of sight').not.toContain('#')
  for (const path of ['/settings/widget', '/inbox', '/inbox?view=mine', '/settings/members']) {
    await page.goto(product().dashboard + path)
    await expect(page.getByRole('heading', { level: 1 })).toBeAttached()
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      expect(await problems(page), `${path} with nothing in it, in ${colorScheme}`).toEqual([])
    }
  }
  const again = await browser.newPage({ ...launch })
  await again.goto(link)
  await expect(again.getByRole('heading', { name: 'This server is set up already' })).toBeVisible()
  const token = link.slice(link.indexOf('#') + 1)
  const body = { token, workspace_name: 'Second', name: 'Mallory', email: 'mallory@example.test', password: 'another plum orbit 99' }
  const headers = { Origin: product().dashboard, 'Leadkeep-Client': 'dashboard' }
  const answer = await call(product(), `${product().dashboard}/api/v1/setup`, { method: 'POST', headers, body })
  expect(answer.status).toBeGreaterThanOrEqual(400)
  expect(answer.status).toBeLessThan(500)
  await again.context().close()
})

