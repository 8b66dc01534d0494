import { hashForSchema, type RJSFSchema, type ValidatorType, type ValidationData } from '@rjsf/utils'
import createPrecompiledValidator from '@rjsf/validator-ajv8/lib/createPrecompiledValidator.js'
import forms from 'virtual:forms'

/** The compiled check of a shipped form; for a form that came later the server alone checks. */
export async function findValidator(schema: RJSFSchema): Promise<ValidatorType> {
  const load = forms[hashForSchema(schema)]
  if (!load) return serverOnly
  const form = await load()
  return createPrecompiledValidator(form.validators, form.schema)
}

const passed: ValidationData<unknown> = { errors: [], errorSchema: {} }

/** Lets everything pass but the choice between alternatives, which the drawing of a form needs. */
const serverOnly: ValidatorType = {
  validateFormData: () => passed,
  rawValidation: () => ({ errors: [] }),
  isValid: (schema: unknown, data: unknown) => fits(schema as Record<string, unknown>, data),
  toErrorList: () => [],
  reset: () => undefined,
} as unknown as ValidatorType

function fits(schema: Record<string, unknown>, data: unknown): boolean {
  if ('const' in schema) return schema.const === data
  if (Array.isArray(schema.enum)) return schema.enum.includes(data)
  const members = (schema.properties ?? {}) as Record<string, Record<string, unknown>>
  const given = (typeof data === 'object' && data !== null ? data : {}) as Record<string, unknown>
  const needed = (schema.required ?? []) as string[]
  return needed.every((name) => given[name] !== undefined)
    && Object.entries(members).every(([name, inner]) => given[name] === undefined || fits(inner, given[name]))
}
