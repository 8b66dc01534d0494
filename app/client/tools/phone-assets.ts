import { createHash } from 'node:crypto'
import type { Plugin } from 'vite'

/** Writes `m/assets.json`: what the phone must hold to work without a network, and a version that changes with it. */
export function phoneAssets(): Plugin {
  return {
    name: 'nuanxin-phone-assets',
    apply: 'build',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const files = new Set<string>()
      const take = (name: string): void => {
        const chunk = bundle[name]
        if (files.has(name) || chunk?.type !== 'chunk') return
        files.add(name)
        const css = (chunk as { viteMetadata?: { importedCss: Set<string> } }).viteMetadata?.importedCss
        css?.forEach((sheet) => files.add(sheet))
        ;[...chunk.imports, ...chunk.dynamicImports].forEach(take)
      }
      for (const chunk of Object.values(bundle)) {
        if (chunk.type === 'chunk' && chunk.isEntry && chunk.name === 'phone') take(chunk.fileName)
      }
      const assets = [...files].sort().map((name) => `/${name}`)
      const version = createHash('sha256').update(assets.join('\n')).digest('hex').slice(0, 12)
      for (const chunk of Object.values(bundle)) {
        // The worker's own bytes change with the list, which is how a browser notices a new version.
        if (chunk.type === 'chunk' && chunk.name === 'sw') chunk.code = chunk.code.replace(/["'`]__PHONE_ASSETS__["'`]/, JSON.stringify({ version, assets }))
      }
      this.emitFile({ type: 'asset', fileName: 'm/assets.json', source: JSON.stringify({ version, assets }) })
    },
  }
}
