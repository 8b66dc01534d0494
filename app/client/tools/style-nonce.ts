import type { Plugin } from 'vite'

const HEIGHT = /@rc-component[\\/]input[\\/](es|lib)[\\/]calculateNodeHeight\.js/
const ATTRIBUTE = "hiddenTextarea.setAttribute('style', "
const PLACE = /@rc-component[\\/]util[\\/](es|lib)[\\/]Dom[\\/]dynamicCSS\.js/
const ASKED = 'if (csp?.nonce) {\n    styleNode.nonce = csp?.nonce;\n  }'
const GIVEN = `styleNode.nonce = csp?.nonce ?? document.querySelector('meta[property="csp-nonce"]')?.nonce ?? '';`

/**
 * Three places of antd's ground floor write styles that the pages' policy refuses: scroll bars and scroll lock
 * without the page's nonce, the growing text area as an attribute. Here they are put right while the pages are built.
 */
export function styleNonce(): Plugin {
  return {
    name: 'nuanxin-style-nonce',
    transform(code, id) {
      if (HEIGHT.test(id)) {
        if (!code.includes(ATTRIBUTE)) this.error('antd measures text areas in another way now: see tools/style-nonce.ts')
        return { code: code.replace(ATTRIBUTE, 'hiddenTextarea.style.cssText = ('), map: null }
      }
      if (!PLACE.test(id)) return null
      if (!code.includes(ASKED)) this.error('antd writes styles in another way now: see tools/style-nonce.ts')
      return { code: code.replace(ASKED, GIVEN), map: null }
    },
  }
}
