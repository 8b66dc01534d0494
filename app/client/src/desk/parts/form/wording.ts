import type { ErrorSchema, RJSFValidationError } from '@rjsf/utils'
import { t } from '../../../kernel/i18n'
import type { Fault } from '../../../kernel/problem'

type Words = (limit: string | number) => string
const words: Record<string, Words> = {
  required: () => t('必填项未填'),
  type: () => t('填写的类型不对'),
  enum: () => t('不在可选范围内'),
  const: () => t('须确认后才能提交'),
  oneOf: () => t('不在可选范围内'),
  anyOf: () => t('不在可选范围内'),
  minLength: (limit) => t('不能少于 {limit} 个字', { limit }),
  maxLength: (limit) => t('不能超过 {limit} 个字', { limit }),
  minimum: (limit) => t('不能小于 {limit}', { limit }),
  maximum: (limit) => t('不能大于 {limit}', { limit }),
  minItems: (limit) => t('至少 {limit} 项', { limit }),
  maxItems: (limit) => t('至多 {limit} 项', { limit }),
}

/** The checks' messages in the officials' words, those that only repeat another left out. */
export function sayErrors(errors: RJSFValidationError[]): RJSFValidationError[] {
  const choices = new Set(errors.filter((one) => one.name === 'oneOf').map((one) => one.property))
  return errors
    .filter((one) => !(one.name === 'const' && choices.has(one.property)))
    .map((one) => {
      const limit = (one.params as { limit?: number } | undefined)?.limit ?? ''
      return { ...one, message: messageOf(one, limit), stack: messageOf(one, limit) }
    })
}

function messageOf(error: RJSFValidationError, limit: string | number): string {
  const pattern = (error.params as { pattern?: string } | undefined)?.pattern
  if (error.name === 'pattern') return pattern?.includes('\\.[0-9]{1,2}') ? t('应为金额（元），如 1234.50') : t('格式不对')
  return (error.name && words[error.name]?.(limit)) ?? t('填写有误')
}

interface Tree {
  __errors?: string[]
  [member: string]: Tree | string[] | undefined
}

/** Faults of the server at the fields they name. */
export function placeFaults(faults: Fault[]): ErrorSchema {
  const root: Tree = {}
  for (const fault of faults) {
    let here = root
    for (const part of fault.where.split('/').slice(1)) {
      const member = part.replace(/~1/g, '/').replace(/~0/g, '~')
      here = (here[member] ??= {}) as Tree
    }
    here.__errors = [...(here.__errors ?? []), fault.message]
  }
  return root as ErrorSchema
}
