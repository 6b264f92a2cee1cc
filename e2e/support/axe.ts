// axe-core in a document, brought in past the page's own policy by the debugging protocol.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Frame, Page } from '@playwright/test'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

type Found = { id: string; impact: string; nodes: { target: unknown[]; failureSummary: string }[] }

/** What axe finds in this one document, in words. */
export async function problems(where: Page | Frame): Promise<string[]> {
  const page = 'page' in where ? where.page() : where
  const main = where === page || where === page.mainFrame()
  const session = await page.context().newCDPSession(main ? page : where)
  try {
    const evaluate = async (expression: string) => {
      const { result, exceptionDetails } = await session.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true })
      if (exceptionDetails !== undefined) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text)
      return result.value
    }
    // Colours are judged when nothing is on its way from one to another.
    await evaluate(`Promise.all(document.getAnimations().filter(each => each.effect.getTiming().iterations !== Infinity).map(each => each.finished.catch(() => 0)))`)
    await evaluate(`${source};0`)
    const found: Found[] = await evaluate(`axe.run(document, { iframes: false, resultTypes: ['violations'] }).then(({ violations }) => violations)`)
    return found.flatMap(({ id, impact, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} (${impact}) at ${target.join(' ')}: ${failureSummary.replace(/\s+/g, ' ')}`),
    )
  } finally {
    await session.detach()
  }
}
