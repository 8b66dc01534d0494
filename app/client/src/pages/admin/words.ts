import { t } from '../../kernel/i18n'

const stated = (words: Record<string, string>, key: string): string => words[key] ?? key

/** What a table for import is called. */
export function kindWords(kind: string): string {
  return stated({ people: t('人员名册'), settlements: t('医疗费用结算'), bank_results: t('银行代发结果') }, kind)
}

/** How far an import is. */
export function runWords(state: string): string {
  return stated({ queued: t('排队中'), running: t('正在导入'), done: t('已导入'), failed: t('未导入') }, state)
}
