import { formatYuan } from '../../kernel/money'
import { formatMoment } from '../../kernel/dates'
import { t } from '../../kernel/i18n'
import type { Step } from '../form/steps'
import type { Draft } from '../store/drafts'
import { visitedAt } from '../form/submit'
import { usePhone } from '../state'
import { resultWords } from '../words'

const NAMES: Partial<Record<Step, string>> = {
  result: '结果', id_last4: '身份证后四位', figures: '不同的金额', paper_cost: '纸质票据', payee: '收款账户', statement_file: '村（社区）说明',
  opinion: '意见', photos: '照片', second_visitor: '同行人', signatures: '签字',
}

/** Everything once more in words, each line leads back to its question. */
export function Review({ draft, steps, edit }: { draft: Draft; steps: Step[]; edit: (step: Step) => void }) {
  const { offset } = usePhone()
  const { place } = draft.form
  return (
    <>
      <dl className="review">
        {steps.filter((step) => step !== 'review').map((step) => (
          <div key={step}>
            <dt>{t(NAMES[step] ?? step)}</dt>
            <dd>{said(step, draft)}</dd>
            <dd className="edit"><button type="button" className="small" onClick={() => { edit(step) }} aria-label={t('改：{name}', { name: t(NAMES[step] ?? step) })}>{t('改')}</button></dd>
          </div>
        ))}
        <div><dt>{t('时间')}</dt><dd>{formatMoment(visitedAt(draft.startedAt, offset))}</dd></div>
        <div><dt>{t('位置')}</dt><dd>{place ? `${place.lat}, ${place.lng}` : t('手机没有给出，不影响提交')}</dd></div>
      </dl>
      <p className="soft">{t('没有信号也可以提交：先存在手机上，有信号时自动发出。')}</p>
    </>
  )
}

function said(step: Step, { form, visit, scheme }: Draft): string {
  const nameOf = (payer: string): string => scheme.payers.find((one) => one.payer === payer)?.name ?? payer
  const words: Partial<Record<Step, () => string>> = {
    result: () => resultWords(form.result ?? ''),
    id_last4: () => form.id_last4 ?? '',
    figures: () => (form.figures ?? []).map((row) => `${nameOf(row.payer)} ${formatYuan(visit.amounts.find((one) => one.payer === row.payer)?.amount ?? '0')} → ${formatYuan(row.amount)}`).join('；'),
    paper_cost: () => (form.paper_cost ? t('{n} 元，照片 {m} 张', { n: formatYuan(form.paper_cost.amount), m: form.paper_cost.files.length }) : t('没有')),
    payee: () => (!form.payee ? t('这次不问') : form.payee.confirmed ? t('账户无误') : `${form.payee.name ?? ''} ${form.payee.account ?? ''} ${form.payee.bank ?? ''}`),
    statement_file: () => (form.statement_file ? t('已拍') : ''),
    opinion: () => form.opinion ?? '',
    photos: () => t('{n} 张', { n: form.photos?.length ?? 0 }),
    second_visitor: () => form.second_visitor ?? '',
    signatures: () => (form.signatures?.visitor && form.signatures.household ? t('双方已签') : ''),
  }
  return words[step]?.() || '—'
}
