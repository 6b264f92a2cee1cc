// Two visitors, two operators, two workspaces at once: each sees exactly their own conversation.
import { expect, test, type Browser } from '@playwright/test'
import { Caller } from '../support/api.ts'
import { Desk, signIn } from '../support/desk.ts'
import { withProduct } from '../support/product.ts'
import { Record } from '../support/record.ts'
import { hostPage, Sites } from '../support/site.ts'
import { launch } from '../support/chromium.ts'
import { openPanel } from '../support/widget.ts'

const product = withProduct()
const sites = new Sites()
test.beforeAll(() => sites.start())
test.afterAll(() => sites.stop())

const person = async (browser: Browser) => {
  const context = await browser.newContext({ ...launch })
  return { record: new Record(context), page: await context.newPage(), context }
}

/** A word nobody else would say. */
const canary = (who: string): string => product().secret(`${who}${crypto.randomUUID().replaceAll('-', '')}`)

/** The page of the other workspace's site, which that workspace allows. */
async function bikes(): Promise<string> {
  const ines = await Caller.byLink(product(), 'ines@northwind-bikes.test')
  const [widget] = (await ines.call('GET', 'widgets')).data
  await ines.call('PATCH', `widgets/${widget.id}`, { allowed_sites: [sites.origin('bikes')] })
  return sites.put('bikes', '/', hostPage(widget))
}

test('two conversations in two workspaces at once stay apart in every request, frame and document', async ({ browser }) => {
  const [mara, jonas, bob, ines] = await Promise.all([person(browser), person(browser), person(browser), person(browser)])
  const people = { mara, jonas, bob, ines }
  const words = {
    fern: { asks: canary('clayask'), answers: canary('clayanswer'), name: canary('Mara'), email: `${canary('mara')}@example.test` },
    north: { asks: canary('bikeask'), answers: canary('bikeanswer'), name: canary('Jonas'), email: `${canary('jonas')}@example.test` },
  }
  const shop = await bikes()

  await Promise.all([
    signIn(bob.page, product(), 'bob@fern-and-clay.test'),
    signIn(ines.page, product(), 'ines@northwind-bikes.test'),
    mara.page.goto(product().shop),
    jonas.page.goto(shop),
  ])

  const talk = async (visitor: typeof mara, operator: typeof bob, said: typeof words.fern) => {
    const panel = await openPanel(visitor.page)
    await panel.frame.getByRole('textbox', { name: /^Name/ }).fill(said.name)
    await panel.frame.getByRole('textbox', { name: /^E-mail/ }).fill(said.email)
    await panel.say(`A question about ${said.asks}`)
    const desk = new Desk(operator.page)
    await desk.open(said.name)
    await expect(desk.thread.getByText(said.asks)).toBeVisible()
    await desk.answer(`The answer is ${said.answers}`)
    await expect(panel.message(said.answers)).toBeVisible()
    await panel.say(`Thanks for ${said.answers}`)
    await expect(desk.thread.getByText(`Thanks for ${said.answers}`)).toBeVisible()
    await expect(operator.page.getByText(said.email)).toBeVisible()
  }
  await Promise.all([talk(mara, bob, words.fern), talk(jonas, ines, words.north)])

  const sides = [
    { own: words.fern, other: words.north, who: ['mara', 'bob'] as const },
    { own: words.north, other: words.fern, who: ['jonas', 'ines'] as const },
  ]
  for (const { own, other, who } of sides) {
    for (const name of who) {
      const { record } = people[name]
      expect(await record.unread(), `every answer to ${name} was recorded`).toEqual([])
      for (const [what, word] of Object.entries(own)) {
        const places = await record.places(word)
        expect(places.length, `${name} sees their own ${what}`).toBeGreaterThan(0)
        if (what !== 'asks' && what !== 'answers') continue
        expect(places.some((place) => place.startsWith('document')), `${name} reads ${what}`).toBe(true)
        expect(places.some((place) => place.startsWith('answer') || place.startsWith('request')), `${name}: ${what} by request`).toBe(true)
        // The first message opens the visitor's socket, so it is the one thing the visitor's own socket does not carry.
        const live = what === 'answers' || name === 'bob' || name === 'ines'
        if (live) expect(places.some((place) => place.startsWith('frame')), `${name}: ${what} by socket`).toBe(true)
      }
      for (const [what, word] of Object.entries(other)) {
        expect(await record.places(word), `${name} sees nothing of the other side's ${what}`).toEqual([])
      }
    }
  }
  await Promise.all(Object.values(people).map(({ context }) => context.close()))
})

test('two visitors of the same shop see nothing of each other, and the operator keeps them apart', async ({ browser }) => {
  const [first, second, bob] = await Promise.all([person(browser), person(browser), person(browser)])
  const said = [canary('first'), canary('second')] as const
  const answered = [canary('tofirst'), canary('tosecond')] as const
  await signIn(bob.page, product(), 'bob@fern-and-clay.test')
  const desk = new Desk(bob.page)
  await Promise.all([first.page.goto(product().shop), second.page.goto(product().shop)])
  const panels = await Promise.all([openPanel(first.page), openPanel(second.page)])
  await Promise.all([panels[0].say(said[0]), panels[1].say(said[1])])
  for (const side of [0, 1] as const) {
    await desk.open(said[side])
    await expect(desk.thread.getByText(said[side])).toBeVisible()
    await expect(desk.thread.getByText(said[1 - side] ?? '')).toHaveCount(0)
    await desk.answer(answered[side])
    await expect(panels[side].message(answered[side])).toBeVisible()
  }
  for (const [side, { record }] of [first, second].entries()) {
    expect((await record.places(answered[side as 0 | 1])).length).toBeGreaterThan(0)
    expect(await record.places(said[(1 - side) as 0 | 1])).toEqual([])
    expect(await record.places(answered[(1 - side) as 0 | 1])).toEqual([])
    expect(await record.unread()).toEqual([])
  }
  await Promise.all([first, second, bob].map(({ context }) => context.close()))
})

test('the visitor who comes back to the shop finds the conversation again', async ({ page }) => {
  await page.goto(product().shop)
  const word = canary('again')
  await (await openPanel(page)).say(word)
  await page.reload()
  await expect((await openPanel(page)).message(word)).toBeVisible()
})
