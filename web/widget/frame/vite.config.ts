// Builds the frame: one page, one style sheet, the Socket.IO client and the languages apart, fetched when first needed.
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

/** Makes src/socket.ts a file of its own whose address the code knows, so that it can be asked for under another one. */
function socketApart(): Plugin {
  const name = 'virtual:socket'
  let file = ''
  return {
    name: 'socket-apart',
    apply: 'build',
    buildStart() {
      file = this.emitFile({ type: 'chunk', id: 'src/socket.ts', name: 'socket', preserveSignature: 'strict' })
    },
    resolveId: (id) => (id === name ? `\0${name}` : undefined),
    load: (id) => (id === `\0${name}` ? `export const address = import.meta.ROLLUP_FILE_URL_${file}` : undefined),
  }
}

export default defineConfig({
  base: '/',
  plugins: [socketApart()],
  build: {
    target: 'es2022',
    modulePreload: false,
    cssCodeSplit: false,
    assetsInlineLimit: 0,
  },
  test: { environment: 'jsdom' },
})
