// Builds the frame: one page, one style sheet, the Socket.IO client and the languages apart, fetched when first needed.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  base: '/',
  build: {
    target: 'es2022',
    modulePreload: false,
    cssCodeSplit: false,
    assetsInlineLimit: 0,
  },
  test: { environment: 'jsdom' },
})
