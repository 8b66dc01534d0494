import type { Plugin } from 'vite'

const PLACE = /dmn-js-shared[\\/]lib[\\/]util[\\/]PoweredByUtil\.js/
const ATTRIBUTE = 'style="'

/** The drawer's mark on decision tables writes styles as attributes, which the pages' policy refuses: process.css gives them. */
export function drawerMark(): Plugin {
  return {
    name: 'nuanxin-drawer-mark',
    transform(code, id) {
      if (!PLACE.test(id)) return null
      if (!code.includes(ATTRIBUTE)) this.error('dmn-js draws its mark in another way now: see tools/drawer-mark.ts')
      return { code: code.replaceAll(ATTRIBUTE, 'data-style="'), map: null }
    },
  }
}
