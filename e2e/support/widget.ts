// The widget as a visitor meets it: a launcher in a closed shadow root, a panel in a frame of another origin.
import { expect, type Frame, type Locator, type Page } from '@playwright/test'

type Node = { backendDOMNodeId?: number; ignored: boolean; name?: { value: string }; properties?: { name: string; value: { value: unknown } }[] }

/** The launcher is found by role and name through the accessibility tree, because the page itself cannot look into its root. */
export class Launcher {
  constructor(
    readonly page: Page,
    readonly name: RegExp = /^Chat/,
  ) {}

  async #find(): Promise<Node | undefined> {
    const session = await this.page.context().newCDPSession(this.page)
    try {
      const { root } = (await session.send('DOM.getDocument')) as { root: { backendNodeId: number } }
      const { nodes } = (await session.send('Accessibility.queryAXTree', {
        backendNodeId: root.backendNodeId,
        role: 'button',
      })) as unknown as { nodes: Node[] }
      return nodes.find((node) => !node.ignored && this.name.test(node.name?.value ?? ''))
    } finally {
      await session.detach()
    }
  }

  async label(): Promise<string | undefined> {
    return (await this.#find())?.name?.value
  }

  async is(property: string): Promise<unknown> {
    return (await this.#find())?.properties?.find((each) => each.name === property)?.value.value
  }

  async box(): Promise<{ x: number; y: number; width: number; height: number }> {
    let backendNodeId: number | undefined
    await expect.poll(async () => (backendNodeId = (await this.#find())?.backendDOMNodeId), 'the launcher is there').toBeDefined()
    const session = await this.page.context().newCDPSession(this.page)
    const { model } = await session.send('DOM.getBoxModel', { backendNodeId: backendNodeId ?? 0 })
    await session.detach()
    const [x = 0, y = 0] = model.border
    return { x, y, width: model.width, height: model.height }
  }

  async click(): Promise<void> {
    const { x, y, width, height } = await this.box()
    await this.page.mouse.click(x + width / 2, y + height / 2)
  }
}

/** The frame of the widget once there is one. */
export async function frameOf(page: Page): Promise<Frame> {
  let frame: Frame | undefined
  await expect
    .poll(() => (frame = page.frames().find((each) => each !== page.mainFrame() && /\/w\/wgt_/.test(each.url()))), 'there is a frame')
    .toBeDefined()
  if (frame === undefined) throw new Error('no frame')
  return frame
}

export class Panel {
  constructor(readonly frame: Frame) {}

  get field(): Locator {
    return this.frame.getByRole('textbox', { name: 'Write a message' })
  }

  get log(): Locator {
    return this.frame.getByRole('log')
  }

  message(text: string): Locator {
    return this.log.getByRole('article').filter({ hasText: text })
  }

  /** Writes and sends; resolves when the server has it. */
  async say(text: string): Promise<void> {
    await this.field.fill(text)
    await this.field.press('Enter')
    await expect(this.message(text).getByText('Sending…')).toHaveCount(0)
    await expect(this.message(text).getByRole('time').or(this.message(text).locator('time'))).toHaveCount(1)
  }
}

export async function openPanel(page: Page): Promise<Panel> {
  await new Launcher(page).click()
  const panel = new Panel(await frameOf(page))
  await expect(panel.field).toBeVisible()
  return panel
}
