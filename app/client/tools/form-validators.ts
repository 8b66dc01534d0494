import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compileSchemaValidatorsCode as compile } from '@rjsf/validator-ajv8/lib/compileSchemaValidatorsCode.js'
import { hashForSchema, type RJSFSchema } from '@rjsf/utils'
import Ajv2020 from 'ajv/dist/2020.js'
import type { Plugin } from 'vite'

const LIST = 'virtual:forms'
const ONE = 'virtual:form/'

interface Form {
  name: string
  schema: RJSFSchema
}

/**
 * Compiles every shipped form to plain code, because the pages' policy forbids making code at run time.
 * `virtual:forms` maps the hash of a schema to its chunk; `virtual:form/<name>` is one form's validators.
 */
export function formValidators(folder: string): Plugin {
  const forms = new Map(readForms(folder).map((form) => [keyOf(form), form]))
  return {
    name: 'nuanxin-form-validators',
    resolveId: (id) => (id === LIST || id.startsWith(ONE) ? `\0${id}` : null),
    load(id) {
      if (id === `\0${LIST}`) return listOf([...forms.keys()])
      if (!id.startsWith(`\0${ONE}`)) return null
      const form = forms.get(id.slice(ONE.length + 1))
      return form ? codeOf(form) : null
    },
  }
}

function keyOf(form: Form): string {
  return `${form.name}@${hashForSchema(form.schema)}`
}

function readForms(folder: string): Form[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json') && !file.endsWith('.ui.json'))
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as RJSFSchema)
    .map((schema) => ({ name: String(schema.$id), schema }))
}

function listOf(keys: string[]): string {
  const lines = keys.map((key) => {
    return `${JSON.stringify(key.split('@').at(-1))}: () => import(${JSON.stringify(ONE + key)}),`
  })
  return `export default {\n${lines.join('\n')}\n}\n`
}

/** Ajv writes CommonJS; what it requires becomes imports and what it exports one object. */
function codeOf({ schema }: Form): string {
  const code = compile(schema, { AjvClass: Ajv2020 as never })
  const imports: string[] = []
  const body = code.replace(/require\("([^"]+)"\)/g, (_whole: string, path: string) => {
    imports.push(`import * as r${imports.length} from ${JSON.stringify(path)};`)
    return `r${imports.length - 1}`
  })
  const schemaText = JSON.stringify(JSON.stringify(schema))
  return `${imports.join('\n')}\nconst exports = {};\n${body}\nexport const schema = JSON.parse(${schemaText});\nexport const validators = exports;\n`
}
