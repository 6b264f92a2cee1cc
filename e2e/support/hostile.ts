// A visitor with a secret in the chat, on a page that wants to know it.
import { expect, test, type Page } from '@playwright/test'
import { Caller } from './api.ts'
import { withProduct, type Product } from './product.ts'
import { hostPage, Sites, type Snippet } from './site.ts'
import { openPanel, type Panel } from './widget.ts'

export type Stage = { product: Product; sites: Sites; widget: Snippet; ada: Caller; shop: string; evil: string }

/** One product, one allowed site (`shop`), any number of others. */
export function withStage(): () => Stage {
  const product = withProduct()
  const sites = new Sites()
  let stage: Stage | undefined
  test.beforeAll(async () => {
    await sites.start()
    const ada = await Caller.byLink(product(), 'ada@fern-and-clay.test')
    const [widget] = (await ada.call('GET', 'widgets')).data
    const [shop, evil] = [sites.origin('shop'), sites.origin('evil')]
    await ada.call('PATCH', `widgets/${widget.id}`, { allowed_sites: [shop] })
    stage = { product: product(), sites, widget, ada, shop, evil }
  })
  test.afterAll(() => sites.stop())
  return () => {
    if (stage === undefined) throw new Error('the stage is not set')
    return stage
  }
}

export type Victim = { panel: Panel; asked: string; answered: string; credential: string; conversation: string }

/** What the visitor wrote, what was answered, and the credential: none of it may get out. */
export async function confide({ product, ada, widget }: Stage, page: Page): Promise<Victim> {
  const panel = await openPanel(page)
  const [asked, answered] = [`asked${crypto.randomUUID()}`, `answered${crypto.randomUUID()}`].map((word) => product.secret(word)) as [string, string]
  await panel.say(`My secret is ${asked}`)
  const { data } = await ada.call('GET', 'conversations?status=open&limit=5')
  const conversation: string = data.find((each: any) => each.last_message.preview.includes(asked)).id
  await ada.call('POST', `conversations/${conversation}/messages`, { client_message_id: crypto.randomUUID(), body: `Ours is ${answered}` })
  await expect(panel.message(answered)).toBeVisible()
  const cookies = await page.context().cookies()
  const credential = cookies.find(({ name }) => name === `__Host-lk_v_${widget.id}`)?.value ?? ''
  expect(credential.length, 'the visitor has a credential').toBeGreaterThan(20)
  product.secret(credential)
  return { panel, asked, answered, credential, conversation }
}

/** Puts a page of the allowed site up, with scripts before and after the loader, and lets a visitor confide in it. */
export async function lure(stage: Stage, page: Page, scripts: { before?: string; after?: string } = {}): Promise<Victim> {
  const path = `/${crypto.randomUUID()}`
  await page.goto(stage.sites.put('shop', path, hostPage(stage.widget, scripts)))
  return confide(stage, page)
}

/** Fails when the loot holds anything confidential. */
export function expectWorthless(loot: unknown, { asked, answered, credential }: Victim): void {
  const text = typeof loot === 'string' ? loot : JSON.stringify(loot)
  for (const secret of [asked, answered, credential, decodeURIComponent(credential)]) expect(text).not.toContain(secret)
}
