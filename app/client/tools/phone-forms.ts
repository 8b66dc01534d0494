import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import standaloneCode from 'ajv/dist/standalone/index.js'
import addFormats from 'ajv-formats'
import type { Plugin } from 'vite'

const NAME = 'virtual:phone-forms'
const FORMS = fileURLToPath(new URL('../../../forms', import.meta.url))
type Schema = { [key: string]: unknown; properties?: Record<string, Schema>; type?: string; minimum?: number }

/** On the phone a file is named by the hash of its content; the server puts its own id there. */
function nameFilesByHash(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(nameFilesByHash)
  if (typeof value !== 'object' || value === null) return value
  const schema = value as Schema
  if (schema.type === 'integer' && schema.minimum === 1) {
    const title = schema.title === undefined ? {} : { title: schema.title }
    return { ...title, type: 'string', pattern: '^sha256:[0-9a-f]{64}$' }
  }
  return Object.fromEntries(Object.entries(schema).map(([key, inside]) => [key, nameFilesByHash(inside)]))
}

/** One question a screen: a schema for each property, and one for the whole. */
function schemasOf(version: string, whole: Schema): Record<string, Schema> {
  const found: Record<string, Schema> = { whole: { ...whole, $id: `${version}/whole` } }
  for (const [name, property] of Object.entries(whole.properties ?? {})) {
    found[name] = {
      $id: `${version}/${name}`, type: 'object', additionalProperties: false,
      properties: { [name]: property }, ...(whole.$defs ? { $defs: whole.$defs } : {}),
    }
  }
  return found
}

function compile(schemas: Schema[]): string {
  const ajv = new Ajv2020({ allErrors: true, strict: false, code: { source: true, esm: true, optimize: true } })
  addFormats(ajv)
  const names: Record<string, string> = {}
  schemas.forEach((schema, at) => {
    ajv.addSchema(schema)
    names[`check${at}`] = String(schema.$id)
  })
  // Standalone code still asks for its helpers by `require`; a module imports them.
  const helpers = new Map<string, string>()
  const code = standaloneCode(ajv, names).replace(/require\("([^"]+)"\)/g, (_: string, path: string) => {
    if (!helpers.has(path)) helpers.set(path, `helper${helpers.size}`)
    return String(helpers.get(path))
  })
  return [...helpers].map(([path, name]) => `import * as ${name}Module from '${path}.js'\nconst ${name} = ${name}Module.default?.default ? ${name}Module.default : ${name}Module`).join('\n') + '\n' + code
}

/** `virtual:phone-forms`: visit forms of every scheme by the hash of their file, their checks compiled at build time. */
export function phoneForms(): Plugin {
  return {
    name: 'nuanxin-phone-forms',
    resolveId: (id) => (id === NAME ? `\0${NAME}` : null),
    load(id) {
      if (id !== `\0${NAME}`) return null
      const files = readdirSync(FORMS, { recursive: true }).map(String).filter((name) => /(^|\/)visit\.json$/.test(name)).sort()
      const all: Schema[] = []
      const table = new Map<string, string>()
      for (const file of files) {
        this.addWatchFile(`${FORMS}/${file}`)
        const content = readFileSync(`${FORMS}/${file}`)
        const version = createHash('sha256').update(content).digest('hex')
        if (table.has(version)) continue
        const parts = Object.entries(schemasOf(version, nameFilesByHash(JSON.parse(content.toString())) as Schema))
        const entries = parts.map(([name, schema]) => {
          all.push(schema)
          return `${JSON.stringify(name)}: { schema: ${JSON.stringify(schema)}, check: check${all.length - 1} }`
        })
        table.set(version, `{ ${entries.join(',\n')} }`)
      }
      const forms = [...table].map(([version, steps]) => `${JSON.stringify(version)}: ${steps}`)
      return `${compile(all)}\nexport const forms = { ${forms.join(',\n')} }\n`
    },
  }
}
