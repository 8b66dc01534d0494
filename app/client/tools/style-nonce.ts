import type { Plugin } from 'vite'

const PLACE = /@rc-component[\\/]util[\\/](es|lib)[\\/]Dom[\\/]dynamicCSS\.js/
const ASKED = 'if (csp?.nonce) {\n    styleNode.nonce = csp?.nonce;\n  }'
const GIVEN = `styleNode.nonce = csp?.nonce ?? document.querySelector('meta[property="csp-nonce"]')?.nonce ?? '';`

/** Two places of antd's ground floor (scroll bars, scroll lock) write styles without the page's nonce; here they get it. */
export function styleNonce(): Plugin {
  return {
    name: 'nuanxin-style-nonce',
    transform(code, id) {
      if (!PLACE.test(id)) return null
      if (!code.includes(ASKED)) this.error('antd writes styles in another way now: see tools/style-nonce.ts')
      return { code: code.replace(ASKED, GIVEN), map: null }
    },
  }
}
