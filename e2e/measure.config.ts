// Figures of pages under load, for a quiet machine; no test of anything.
import { defineConfig } from '@playwright/test'
import base from './playwright.config.ts'

export default defineConfig({ ...base, testDir: 'measure', outputDir: 'output/measure-results', workers: 1, timeout: 900_000, reporter: 'list' })
