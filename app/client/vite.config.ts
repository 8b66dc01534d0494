import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'
import { drawerMark } from './tools/drawer-mark.ts'
import { formValidators } from './tools/form-validators.ts'
import { phoneAssets } from './tools/phone-assets.ts'
import { phoneForms } from './tools/phone-forms.ts'
import { styleNonce } from './tools/style-nonce.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const worker = here('src/phone/sw.ts')

// NUANXIN_ONLY=desk builds one page, for whoever works beside somebody on the other.
const only = process.env.NUANXIN_ONLY

// Two pages from one project: the desk at / and the phone at /m/; the phone's service worker keeps its name.
export default defineConfig({
  plugins: [react(), styleNonce(), drawerMark(), formValidators(here('../../forms')), phoneAssets(), phoneForms()],
  html: { cspNonce: '__CSP_NONCE__' },
  server: { proxy: { '/api': process.env.NUANXIN_API ?? 'http://127.0.0.1:8000' } },
  build: {
    manifest: true,
    sourcemap: false,
    target: 'es2022',
    chunkSizeWarningLimit: 1500,
    rolldownOptions: {
      input: {
        ...(only === 'phone' ? {} : { desk: here('index.html') }),
        ...(only === 'desk' ? {} : { phone: here('m/index.html') }),
        ...(existsSync(worker) && only !== 'desk' ? { sw: worker } : {}),
      },
      output: {
        entryFileNames: (chunk) => (chunk.name === 'sw' ? 'm/sw.js' : 'assets/[name]-[hash].js'),
        chunkFileNames: 'assets/[name]-[hash].js',
        assetFileNames: 'assets/[name]-[hash][extname]',
      },
    },
  },
  test: {
    environment: 'jsdom',
    setupFiles: ['src/test-setup.ts'],
    restoreMocks: true,
  },
})
