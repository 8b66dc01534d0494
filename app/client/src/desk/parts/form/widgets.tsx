import type { RegistryWidgetsType, WidgetProps } from '@rjsf/utils'
import { Checkbox, DatePicker, Input, Typography } from 'antd'
import dayjs from 'dayjs'
import { t } from '../../../kernel/i18n'
import { formatYuan, isYuan, readYuan } from '../../../kernel/money'
import { FileWidget } from './FileWidget'

const AMOUNT = '\\.[0-9]{1,2}'

/** Text, or money where the pattern asks for an amount: 1，234.5 becomes 1234.5 when one leaves the field. */
function TextWidget({ id, value, schema, disabled, readonly, onChange, onBlur, placeholder }: WidgetProps) {
  const money = typeof schema.pattern === 'string' && schema.pattern.includes(AMOUNT)
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  const given = (typed: string): unknown => (typed === '' ? undefined : schema.type === 'integer' ? Number(typed) : typed)
  return (
    <>
      <Input
        id={id} value={text} disabled={disabled ?? false} readOnly={readonly ?? false}
        {...(placeholder ? { placeholder } : {})}
        {...(schema.maxLength && !money ? { maxLength: schema.maxLength } : {})}
        {...(money ? { inputMode: 'decimal' as const, className: 'number', suffix: t('元') } : {})}
        onChange={(event) => { onChange(given(event.target.value)) }}
        onBlur={() => {
          const read = money ? readYuan(text) : null
          if (read !== null && read !== text) onChange(read)
          onBlur(id, value)
        }}
      />
      {money && isYuan(text) && text.length > 4 && <span className="soft number">{formatYuan(text)} {t('元')}</span>}
    </>
  )
}

function TextareaWidget({ id, value, schema, disabled, readonly, onChange }: WidgetProps) {
  return (
    <Input.TextArea
      id={id} value={typeof value === 'string' ? value : ''} disabled={disabled ?? false} readOnly={readonly ?? false}
      autoSize={{ minRows: 3, maxRows: 10 }} {...(schema.maxLength ? { maxLength: schema.maxLength, showCount: true } : {})}
      onChange={(event) => { onChange(event.target.value || undefined) }}
    />
  )
}

/** One sentence to agree to; what must be true is either ticked or not yet said. */
function CheckboxWidget({ id, value, label, schema, disabled, readonly, onChange }: WidgetProps) {
  const must = schema.const === true
  return (
    <Checkbox id={id} checked={value === true} disabled={Boolean(disabled ?? readonly)}
      onChange={(event) => { onChange(event.target.checked ? true : must ? undefined : false) }}>
      {label}
    </Checkbox>
  )
}

function DateTimeWidget({ id, value, disabled, readonly, onChange }: WidgetProps) {
  return (
    <DatePicker
      id={id} showTime={{ format: 'HH:mm' }} format="YYYY-MM-DD HH:mm" value={value ? dayjs(String(value)) : null}
      disabled={Boolean(disabled ?? readonly)} onChange={(moment) => { onChange(moment?.format() ?? undefined) }}
    />
  )
}

function DateWidget({ id, value, disabled, readonly, onChange }: WidgetProps) {
  return (
    <DatePicker
      id={id} value={value ? dayjs(String(value)) : null} disabled={Boolean(disabled ?? readonly)}
      onChange={(day) => { onChange(day?.format('YYYY-MM-DD') ?? undefined) }}
    />
  )
}

function ReadOnlyWidget({ id, value }: WidgetProps) {
  return <Typography.Text id={id}>{String(value ?? '—')}</Typography.Text>
}

export const widgets: RegistryWidgetsType = {
  TextWidget, TextareaWidget, CheckboxWidget, DateTimeWidget, DateWidget, readonly: ReadOnlyWidget, file: FileWidget,
}
