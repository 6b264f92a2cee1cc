// How the browser tests run: the installed Chromium, two at a time, no second tries.
import { defineConfig } from '@playwright/test'
import { launch } from './support/chromium.ts'

export default defineConfig({
  testDir: 'specs',
  outputDir: 'output/results',
  workers: 2,
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 20_000 },
  reporter: [['list'], ['json', { outputFile: 'output/report.json' }]],
  use: {
    ...launch,
    actionTimeout: 15_000,
    navigationTimeout: 20_000,
    trace: 'off',
    screenshot: 'only-on-failure',
  },
})
