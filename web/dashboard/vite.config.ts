// How the dashboard is built and tested.
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  plugins: [react(), tailwindcss()],
  // Nothing may be inlined as a data: address; the content security policy refuses fonts and scripts of that kind.
  build: {
    manifest: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        // The entry lists every file that a page may need: without their names the list is a third as long.
        chunkFileNames: 'assets/[hash].js',
        // What every page needs is one file: thirty small ones compress worse.
        codeSplitting: { groups: [{ name: 'every', tags: ['$initial'] }] },
      },
    },
  },
  server: {
    proxy: {
      '/api': { target: 'https://localhost:8443', secure: false },
      '/socket.io': { target: 'https://localhost:8443', secure: false, ws: true },
    },
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}', '../ui/src/**/*.test.{ts,tsx}'],
    restoreMocks: true,
    // A busy machine is no failure.
    testTimeout: 20_000,
  },
})
