// A page looked at: no barrier in either theme, and a picture of it on a desk and on a telephone.
import { expect, type Page } from '@playwright/test'
import { problems } from './axe.ts'
import { launch } from './chromium.ts'

export async function checked(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    expect(await problems(page), `${name} in ${colorScheme}`).toEqual([])
    for (const [size, viewport] of [['desk', { width: 1440, height: 900 }], ['telephone', { width: 390, height: 844 }]] as const) {
      await page.setViewportSize(viewport)
      await page.screenshot({ path: `output/shots/${name}-${size}-${colorScheme}.png` })
    }
  }
  await page.emulateMedia({ colorScheme: 'light' })
  await page.setViewportSize(launch.viewport)
}
