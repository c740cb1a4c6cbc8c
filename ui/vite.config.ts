import { defineConfig } from 'vitest/config'
import react from '@vitejs/plugin-react'

export default defineConfig({
  plugins: [react()],
  // The shell shows the build's own errors; Vite must not clear them away.
  clearScreen: false,
  // The address that tauri.conf.json opens during development.
  server: { port: 5173, strictPort: true },
  build: {
    // WebKitGTK of Debian 12 and WebView2 understand all of this.
    target: ['es2022', 'safari16'],
    // Fonts stay files: the content security policy has no data: for fonts.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 800,
  },
  test: {
    environment: 'jsdom',
    // Busy machines are slow; nothing here measures time.
    testTimeout: 30_000,
    setupFiles: ['src/test/setup.ts'],
    include: ['src/**/*.test.{ts,tsx}'],
  },
})
