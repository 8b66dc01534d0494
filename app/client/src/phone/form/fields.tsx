import type { FieldProps, RegistryFieldsType } from '@rjsf/utils'
import { useState } from 'react'
import { formatYuan } from '../../kernel/money'
import { t } from '../../kernel/i18n'
import type { VisitForm } from '../types'
import { useAsking } from './context'
import { fits } from './identity'
import { MoneyPad } from './MoneyPad'
import { PayeeField } from './PayeeField'
import { PhotoList } from './PhotoList'
import { SignaturePad } from './SignaturePad'

const RESULTS: [string, string, string][] = [
  ['confirmed', '属实', '见到本人，金额与县里的一致'], ['changed', '金额有出入', '见到本人，有的金额不同'],
  ['not_home', '上门未遇', '没有见到人，改日再去'], ['moved', '已迁出', '不住这里了，需村（社区）说明'],
  ['unreachable', '联系不上', '已两次上门未遇，需村（社区）说明'], ['deceased', '已去世', '由家人说明'],
  ['not_eligible', '不符合条件', '须写明理由'], ['identity_doubtful', '身份存疑', '与名单上的人对不上'],
]

/** What was found, in the officials' words, one large target each. */
function ResultField({ formData, onChange, fieldPathId }: FieldProps<string>) {
  const { visit } = useAsking()
  const tried = visit.attempts.filter((attempt) => attempt.result === 'not_home').length
  return (
    <div className="choices" role="radiogroup" aria-label={t('核实结果')}>
      {RESULTS.map(([value, title, help]) => (
        <label key={value} className={formData === value ? 'choice chosen' : 'choice'}>
          <input type="radio" name="result" aria-label={t(title)} value={value} checked={formData === value} disabled={value === 'unreachable' && tried < 2} onChange={() => { onChange(value, fieldPathId.path) }} />
          <span><b>{t(title)}</b><small>{t(help)}</small></span>
        </label>
      ))}
    </div>
  )
}

const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', 'X', '0', '⌫']

/** Asked at the door; the phone notices a wrong one without knowing the right one. */
function LastFourField({ formData, onChange, fieldPathId }: FieldProps<string>) {
  const { visit } = useAsking()
  const [wrong, setWrong] = useState(false)
  const shown = formData ?? ''
  const become = (digits: string): void => {
    onChange(digits || undefined, fieldPathId.path)
    setWrong(false)
    if (digits.length === 4) void fits(visit.ticket, visit.id_hint, digits).then((right) => { setWrong(!right) })
  }
  const tap = (key: string): void => {
    if (key === '⌫') become(shown.slice(0, -1))
    else if (shown.length < 4 && (key !== 'X' || shown.length === 3)) become(shown + key)
  }
  return (
    <div className="money" role="group" aria-label={t('身份证号后四位')}>
      <p className="soft">{t('请看身份证原件，输入后四位。')}<br />{visit.id_masked}</p>
      <label className="money-shown four">
        <span className="hidden">{t('身份证号后四位')}</span>
        <input inputMode="numeric" value={shown} maxLength={4} placeholder="____" autoComplete="off" onChange={(event) => { become(event.target.value.toUpperCase().replace(/[^0-9X]/g, '').slice(0, 4)) }} />
      </label>
      <p className={wrong ? 'fault' : 'soft'} role="status">
        {wrong ? t('与登记不符。请再看一遍身份证；确有疑问，返回选“身份存疑”。') : shown.length === 4 ? t('相符') : ' '}
      </p>
      <div className="keys">
        {DIGITS.map((key) => (
          <button key={key} type="button" onClick={() => { tap(key) }} aria-label={key === '⌫' ? t('删一位') : key}>{key}</button>
        ))}
      </div>
    </div>
  )
}

type Figures = NonNullable<VisitForm['figures']>

/** Only what differs is filled in, each with a picture of its proof. */
function FiguresField({ formData, onChange, fieldPathId }: FieldProps<Figures>) {
  const { visit, scheme } = useAsking()
  const [asked, setAsked] = useState<string | null>(null)
  const rows = formData ?? []
  const known = new Map(visit.amounts.map((row) => [row.payer, row.amount]))
  const become = (next: Figures): void => { onChange(next, fieldPathId.path) }
  const change = (payer: string, part: Partial<Figures[number]>): void => {
    const row = { payer, amount: '', ...rows.find((one) => one.payer === payer), ...part }
    become([...rows.filter((one) => one.payer !== payer), row].filter((one) => one.amount !== '' || one.files?.length))
  }
  const listed = [...scheme.payers].sort((a, b) => Number(known.has(b.payer)) - Number(known.has(a.payer)))
  return (
    <ul className="amounts">
      {listed.map(({ payer, name }) => {
        const row = rows.find((one) => one.payer === payer)
        const isAsked = asked === payer
        return (
          <li key={payer} className={row ? 'changed' : ''}>
            <button type="button" className="amount-line" aria-expanded={isAsked} onClick={() => { setAsked(isAsked ? null : payer) }}>
              <span>{name}</span>
              <span className="n">{row?.amount ? <><s>{formatYuan(known.get(payer) ?? '0')}</s> <b>{formatYuan(row.amount)}</b></> : known.has(payer) ? formatYuan(known.get(payer)) : t('没有')}</span>
              <span className="change">{isAsked ? t('收起') : t('改')}</span>
            </button>
            {isAsked && (
              <div className="amount-ask">
                <MoneyPad label={t('{name}核实金额', { name })} value={row?.amount ?? ''} known={known.get(payer)} change={(amount) => { change(payer, { amount }) }} />
                <PhotoList label={t('拍凭证')} kind="photo" names={row?.files ?? []} most={12} change={(files) => { change(payer, { files }) }} />
                {row && <button type="button" className="small" onClick={() => { become(rows.filter((one) => one.payer !== payer)); setAsked(null) }}>{t('不改了')}</button>}
              </div>
            )}
          </li>
        )
      })}
    </ul>
  )
}

type PaperCost = NonNullable<VisitForm['paper_cost']>

/** Bills that no settlement knows. */
function PaperCostField({ formData, onChange, fieldPathId }: FieldProps<PaperCost>) {
  const become = (next: PaperCost | undefined): void => { onChange(next, fieldPathId.path) }
  return (
    <div>
      <div className="choices two">
        <label className={formData ? 'choice' : 'choice chosen'}><input type="radio" name="paper" checked={!formData} onChange={() => { become(undefined) }} /><b>{t('没有')}</b></label>
        <label className={formData ? 'choice chosen' : 'choice'}><input type="radio" name="paper" checked={Boolean(formData)} onChange={() => { become({ amount: '', files: [] }) }} /><b>{t('有票据')}</b></label>
      </div>
      {formData && (
        <>
          <MoneyPad label={t('票据合计金额')} value={formData.amount} change={(amount) => { become({ ...formData, amount }) }} />
          <PhotoList label={t('拍票据')} kind="photo" names={formData.files} most={12} change={(files) => { become({ ...formData, files }) }} />
        </>
      )}
    </div>
  )
}

function PhotosField({ formData, onChange, fieldPathId }: FieldProps<string[]>) {
  return <PhotoList label={t('拍照片')} kind="photo" names={formData ?? []} most={12} change={(names) => { onChange(names, fieldPathId.path) }} />
}

function StatementField({ formData, onChange, fieldPathId }: FieldProps<string>) {
  return <PhotoList label={t('拍村（社区）说明')} kind="statement" names={formData ? [formData] : []} most={1} change={([name]) => { onChange(name, fieldPathId.path) }} />
}

type Signatures = NonNullable<VisitForm['signatures']>

function SignaturesField({ formData, onChange, fieldPathId }: FieldProps<Signatures>) {
  const become = (who: keyof Signatures, name: string | undefined): void => {
    const others = Object.fromEntries(Object.entries(formData ?? {}).filter(([other]) => other !== who))
    onChange(name ? { ...others, [who]: name } : others, fieldPathId.path)
  }
  return (
    <>
      <SignaturePad label={t('核实人签字')} name={formData?.visitor} change={(name) => { become('visitor', name) }} />
      <SignaturePad label={t('户内签字')} name={formData?.household} change={(name) => { become('household', name) }} />
    </>
  )
}

function OpinionField({ formData, onChange, fieldPathId }: FieldProps<string>) {
  return (
    <label className="text">
      <span className="hidden">{t('核实意见')}</span>
      <textarea rows={6} maxLength={1000} value={formData ?? ''} placeholder={t('看到什么写什么，例如：与邻居核对，本人长期住院。')} onChange={(event) => { onChange(event.target.value || undefined, fieldPathId.path) }} />
    </label>
  )
}

function SecondVisitorField({ formData, onChange, fieldPathId }: FieldProps<string>) {
  return (
    <label className="text">
      <span>{t('一同上门的是谁')}</span>
      <input value={formData ?? ''} maxLength={60} autoComplete="off" onChange={(event) => { onChange(event.target.value || undefined, fieldPathId.path) }} />
    </label>
  )
}

/** Names used as `ui:field`; the schema says what is asked, these say how it is tapped. */
export const fields = {
  result: ResultField, id_last4: LastFourField, figures: FiguresField, paper_cost: PaperCostField, payee: PayeeField, photos: PhotosField,
  statement_file: StatementField, signatures: SignaturesField, opinion: OpinionField, second_visitor: SecondVisitorField,
} as unknown as RegistryFieldsType
