import type { FieldProps } from '@rjsf/utils'
import { t } from '../../kernel/i18n'
import type { VisitForm } from '../types'
import { useAsking } from './context'
import { PhotoList } from './PhotoList'

type Payee = NonNullable<VisitForm['payee']>
const KINDS: [string, string][] = [['self', '本人'], ['guardian', '监护人'], ['heir', '继承人'], ['institution', '供养机构']]

/** Is the account still right; another one is written down with its proof and waits for a second person. */
export function PayeeField({ formData, onChange, fieldPathId }: FieldProps<Payee>) {
  const { visit, form } = useAsking()
  const become = (next: Payee | undefined): void => { onChange(next, fieldPathId.path) }
  const kinds = form.result === 'deceased' ? KINDS.filter(([kind]) => kind !== 'self') : KINDS
  const another = formData?.confirmed === false
  const set = (name: keyof Payee, value: string | undefined): void => {
    const others = Object.entries(formData ?? {}).filter(([other]) => other !== name)
    become({ ...Object.fromEntries(others), confirmed: false, ...(value ? { [name]: value } : {}) })
  }
  const line = (name: 'name' | 'relation' | 'account' | 'bank', label: string, numeric = false) => (
    <label className="text" key={name}>
      <span>{label}</span>
      <input value={formData?.[name] ?? ''} autoComplete="off" inputMode={numeric ? 'numeric' : 'text'} onChange={(event) => { set(name, numeric ? event.target.value.replace(/\D/g, '') : event.target.value) }} />
    </label>
  )
  return (
    <div>
      {visit.payee ? (
        <p className="known">{visit.payee.name}{'\u3000'}{visit.payee.account}<br /><span className="soft">{visit.payee.bank}</span></p>
      ) : (
        <p className="known">{t('县里还没有收款账户')}</p>
      )}
      <div className="choices two">
        {visit.payee && form.result !== 'deceased' && (
          <label className={formData?.confirmed ? 'choice chosen' : 'choice'}><input type="radio" name="payee" checked={formData?.confirmed === true} onChange={() => { become({ confirmed: true }) }} /><b>{t('账户无误')}</b></label>
        )}
        <label className={another ? 'choice chosen' : 'choice'}><input type="radio" name="payee" checked={another} onChange={() => { become({ confirmed: false }) }} /><b>{visit.payee ? t('换一个账户') : t('填写账户')}</b></label>
        <label className={formData ? 'choice' : 'choice chosen'}><input type="radio" name="payee" checked={!formData} onChange={() => { become(undefined) }} /><b>{t('这次不问')}</b></label>
      </div>
      {another && (
        <>
          <div className="choices two" role="radiogroup" aria-label={t('收款人是')}>
            {kinds.map(([kind, title]) => (
              <label key={kind} className={formData.kind === kind ? 'choice chosen' : 'choice'}><input type="radio" name="kind" checked={formData.kind === kind} onChange={() => { set('kind', kind) }} /><b>{t(title)}</b></label>
            ))}
          </div>
          {line('name', t('户名'))}
          {(formData.kind === 'guardian' || formData.kind === 'heir') && line('relation', t('与本人关系'))}
          {line('account', t('账号'), true)}
          {line('bank', t('开户行'))}
          <PhotoList label={t('拍存折或证明')} kind="proof" names={formData.proof_file ? [formData.proof_file] : []} most={1} change={([name]) => { set('proof_file', name) }} />
        </>
      )}
    </div>
  )
}
