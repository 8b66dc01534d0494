import { t } from '../../kernel/i18n'
import type { Scheme, Visit, VisitForm } from '../types'
import { isOptional, MET, type Step } from './steps'
import { faultsOf, questionOf } from './validator'

/** What keeps this question from being left, in words; null when it may. The server asks the same again. */
export function whyNot(step: Step, form: VisitForm, visit: Visit, scheme: Scheme): string | null {
  if (step === 'review') return null
  const value = form[step]
  const own = OWN[step]?.(form, visit, scheme) ?? null
  if (own) return own
  const empty = value === undefined || (typeof value === 'object' && Object.keys(value).length === 0)
  if (empty) return isOptional(step, form) ? null : t('这一项必填')
  const question = questionOf(visit.form.version ?? '', step)
  return question ? (faultsOf(question, { [step]: value })[0]?.message ?? null) : null
}

type Check = (form: VisitForm, visit: Visit, scheme: Scheme) => string | null
const OWN: Partial<Record<Step, Check>> = {
  id_last4: (form) => ((form.id_last4 ?? '').length === 4 ? null : t('请输满四位')),
  figures: (form, visit) => {
    const known = new Map(visit.amounts.map((row) => [row.payer, row.amount]))
    const rows = form.figures ?? []
    if (form.result === 'changed' && !rows.length && !form.paper_cost) return t('请改动至少一项金额；都一样的，返回选“属实”')
    for (const row of rows) {
      const name = visit.amounts.find((one) => one.payer === row.payer)?.name ?? ''
      if (!row.amount) return t('{name}还没填金额', { name })
      if (same(row.amount, known.get(row.payer) ?? '0')) return t('{name}与已知金额相同，请点“不改了”', { name })
      if (!row.files?.length) return t('{name}金额有变，请拍凭证', { name })
    }
    return null
  },
  paper_cost: (form) => {
    if (!form.paper_cost) return null
    if (!form.paper_cost.amount || same(form.paper_cost.amount, '0')) return t('票据金额应大于 0；没有票据的选“没有”')
    return form.paper_cost.files.length ? null : t('请拍票据')
  },
  payee: ({ payee }) => {
    if (!payee || payee.confirmed) return null
    if (!payee.kind || !payee.name || !payee.account || !payee.bank) return t('收款人身份、户名、账号、开户行都要填')
    if ((payee.kind === 'guardian' || payee.kind === 'heir') && !payee.relation) return t('请填与本人关系')
    return payee.kind !== 'self' && !payee.proof_file ? t('监护人、继承人或机构收款须拍证明') : null
  },
  signatures: (form) => (MET.includes(form.result ?? '') && !(form.signatures?.visitor && form.signatures.household) ? t('双方都要签字，签完点“签好了”') : null),
}

function same(one: string, other: string): boolean {
  const plain = (text: string): string => {
    const [whole = '0', part = ''] = text.split('.')
    return `${whole}.${part.padEnd(2, '0')}`
  }
  return plain(one) === plain(other)
}
