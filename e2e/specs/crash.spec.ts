// The server or its database dies without a word during a chat: nothing acknowledged is lost, and both sides come back by themselves.
import { expect, test } from '@playwright/test'
import { call } from '../support/api.ts'
import { Desk, signIn } from '../support/desk.ts'
import { launch } from '../support/chromium.ts'
import { withProduct } from '../support/product.ts'
import { framesOf } from '../support/record.ts'
import { until } from '../support/wait.ts'
import { openPanel } from '../support/widget.ts'

const product = withProduct({ mayFail: true })

const crashes = [
  {
    what: 'the server is killed',
    strike: () => product().kill(),
    recover: () => product().start(),
  },
  {
    what: 'the first process of the database is killed',
    strike: async () => void process.kill(product().postmaster, 'SIGKILL'),
    recover: () => until('the server reads from its database again', async () => (await call(product(), `${product().dashboard}/api/v1/setup`)).status === 200, 30_000),
  },
]

for (const { what, strike, recover } of crashes) {
  test(`when ${what}, every acknowledged message is there once, and both sides say what was caught up`, async ({ browser }) => {
    test.setTimeout(120_000)
    const [visitor, operator] = [await browser.newPage({ ...launch }), await browser.newPage({ ...launch })]
    await visitor.goto(product().shop)
    const panel = await openPanel(visitor)
    const word = `crash${crypto.randomUUID().slice(0, 8)}`
    const said: string[] = []
    const say = async (text: string) => {
      await panel.say(`${word} ${text}`)
      said.push(`${word} ${text}`)
    }
    await say('one')
    await signIn(operator, product(), 'bob@fern-and-clay.test')
    const desk = new Desk(operator)
    await desk.open(word)
    await desk.answer(`${word} two`)
    said.push(`${word} two`)
    await expect(panel.message(`${word} two`)).toBeVisible()
    await say('three')
    await expect(desk.thread.getByText(`${word} three`)).toBeVisible()

    await strike()
    // Written while nobody answers: it waits in the panel.
    await panel.field.fill(`${word} four`)
    await panel.field.press('Enter')
    await desk.reply.fill(`${word} draft`)
    await recover()

    // A server that is away is waited for; one that answers with a failure for long leaves the choice to the visitor.
    const [sent, again] = [panel.message(`${word} four`).locator('time'), panel.frame.getByRole('button', { name: 'Try again' })]
    await expect(sent.or(again)).toBeVisible({ timeout: 45_000 })
    if ((await again.count()) > 0) await again.click({ timeout: 2000 }).catch(() => undefined)
    await expect(sent).toHaveCount(1, { timeout: 20_000 })
    said.push(`${word} four`)
    await expect(desk.thread.getByText(`${word} four`)).toBeVisible({ timeout: 30_000 })
    await expect(desk.reply, 'the draft is kept').toHaveValue(`${word} draft`)
    await desk.answer(`${word} five`)
    said.push(`${word} five`)
    await expect(panel.message(`${word} five`)).toBeVisible()
    for (const text of said) {
      await expect(panel.message(text), `${text}, in the widget`).toHaveCount(1)
      await expect(desk.thread.getByText(text, { exact: true }), `${text}, in the dashboard`).toHaveCount(1)
    }
    await visitor.reload()
    await operator.reload()
    const reopened = await openPanel(visitor)
    for (const text of said) {
      await expect(reopened.message(text), `${text}, in the widget after a reload`).toHaveCount(1)
      await expect(new Desk(operator).thread.getByText(text, { exact: true }), `${text}, in the dashboard after a reload`).toHaveCount(1)
    }
    await Promise.all([visitor.context().close(), operator.context().close()])
  })
}

test('while the server is away the dashboard and the widget say so, and afterwards what was caught up', async ({ browser }) => {
  test.setTimeout(120_000)
  const [visitor, operator] = [await browser.newPage({ ...launch }), await browser.newPage({ ...launch })]
  await visitor.goto(product().shop)
  const panel = await openPanel(visitor)
  await panel.say('Are you there?')
  const heard = framesOf(operator)
  await signIn(operator, product(), 'bob@fern-and-clay.test')
  await expect.poll(() => heard.some((each) => each.includes('"welcome"')), 'the socket stands').toBe(true)
  await product().kill()
  await expect(operator.getByText('Reconnecting…')).toBeVisible()
  await expect(panel.frame.getByText('Connection lost. Trying to reconnect…')).toBeVisible()
  await product().start()
  await expect(operator.getByText(/^Connected again\./)).toBeVisible({ timeout: 30_000 })
  await expect(operator.getByText('Reconnecting…')).toHaveCount(0)
  await expect(panel.frame.getByText('Connection lost. Trying to reconnect…')).toHaveCount(0, { timeout: 30_000 })
  await Promise.all([visitor.context().close(), operator.context().close()])
})
