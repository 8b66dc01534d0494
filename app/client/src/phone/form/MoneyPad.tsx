import { useState } from 'react'
import { formatYuan } from '../../kernel/money'
import { t } from '../../kernel/i18n'
import { finish, press } from './money'

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '.', '0', '⌫']

/** Large keys for gloves; the amount is typed as text and never becomes a floating number. */
export function MoneyPad({ label, value, known, change }: { label: string; value: string; known?: string | undefined; change: (amount: string) => void }) {
  const [shown, setShown] = useState(value)
  const tap = (key: string): void => {
    const next = press(shown, key)
    setShown(next)
    change(finish(next))
  }
  return (
    <div className="money" role="group" aria-label={label}>
      <label className="money-shown">
        <span>{label}</span>
        <span className="money-line">
          <input
            inputMode="decimal" value={shown} placeholder="0.00" aria-label={label}
            onChange={(event) => {
              const typed = event.target.value.replace(/[,，\s]/g, '').replace('。', '.')
              if (typed !== '' && !/^(0|[1-9][0-9]{0,9})(\.[0-9]{0,2})?$/.test(typed)) return
              setShown(typed)
              change(finish(typed))
            }}
          />
          <span>{t('元')}</span>
        </span>
      </label>
      {known !== undefined && <p className="soft">{t('县里已知：{n} 元', { n: formatYuan(known) })}</p>}
      <div className="keys">
        {KEYS.map((key) => (
          <button key={key} type="button" onClick={() => { tap(key) }} aria-label={key === '⌫' ? t('删一位') : key === '.' ? t('小数点') : key}>{key}</button>
        ))}
      </div>
    </div>
  )
}
