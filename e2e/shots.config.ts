// Screenshots of every page into output/shots; no test of anything.
import { defineConfig } from '@playwright/test'
import base from './playwright.config.ts'

export default defineConfig({ ...base, testDir: 'shots', outputDir: 'output/shots-results', workers: 1, timeout: 300_000, reporter: 'list' })
