import type { RJSFSchema, ValidationData, ValidatorType } from '@rjsf/utils'
import { forms, type Question } from 'virtual:phone-forms'
import { t } from '../../kernel/i18n'

const WORDS: Record<string, string> = {
  required: '必填项未填', pattern: '格式不对', oneOf: '请选一项', const: '请选一项', enum: '请选一项', minLength: '请填写', minItems: '至少拍一张',
  maxItems: '照片太多了', maxLength: '写得太长了', type: '填写的类型不对', format: '格式不对',
}

/** A question of that form version; an app older than the form asks as it knows, and the server has the last word. */
export function questionOf(version: string, name: string): Question | null {
  const form = forms[version] ?? Object.values(forms)[0]
  return form?.[name] ?? null
}

export function isKnownForm(version: string): boolean {
  return version in forms
}

function questionOfSchema(schema: RJSFSchema): Question | null {
  const [version = '', name = ''] = String(schema.$id ?? '').split('/')
  return forms[version]?.[name] ?? null
}

export function faultsOf(question: Question, data: unknown): { where: string; message: string }[] {
  if (question.check(data)) return []
  const found = (question.check.errors ?? []).filter((error) => error.keyword !== 'const' && error.keyword !== 'if')
  return found.map((error) => {
    const missing = typeof error.params.missingProperty === 'string' ? `/${error.params.missingProperty}` : ''
    return { where: error.instancePath + missing, message: t(WORDS[error.keyword] ?? '填写有误') }
  })
}

/** What rjsf asks, answered by checks that were compiled at build time: the page's policy allows no code made at run time. */
export const validator: ValidatorType = {
  isValid: (schema, data) => questionOfSchema(schema)?.check(data) ?? true,
  rawValidation: <Result,>(schema: RJSFSchema, data: unknown) => ({
    errors: (questionOfSchema(schema) ? faultsOf(questionOfSchema(schema) as Question, data) : []) as Result[],
  }),
  validateFormData: (data, schema): ValidationData<unknown> => {
    const question = questionOfSchema(schema)
    const faults = question ? faultsOf(question, data) : []
    const errors = faults.map((fault) => ({ stack: fault.message, message: fault.message, property: fault.where.replace(/\//g, '.') }))
    const schemaErrors: Record<string, unknown> = {}
    for (const fault of faults) {
      const name = fault.where.split('/')[1] ?? ''
      schemaErrors[name] = { __errors: [fault.message] }
    }
    return { errors, errorSchema: schemaErrors as ValidationData<unknown>['errorSchema'] }
  },
}
