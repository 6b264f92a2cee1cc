// Builds the loader as one classic script.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  build: {
    target: 'es2022',
    modulePreload: false,
    lib: { entry: 'src/v1.ts', formats: ['iife'], name: 'leadkeepLoader', fileName: () => 'v1.js' },
  },
  test: { environment: 'jsdom' },
})
