// How staff's page is built: below /staff of the private listener.
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  base: '/staff/',
  plugins: [react(), tailwindcss()],
  // Nothing may be inlined as a data: address; the content security policy refuses fonts and scripts of that kind.
  build: { assetsInlineLimit: 0, modulePreload: { polyfill: false }, reportCompressedSize: false },
  server: { proxy: { '/api': { target: 'http://127.0.0.1:8450' } } },
})
