import Form, { type IChangeEvent } from '@rjsf/core'
import { Theme } from '@rjsf/antd'
import type { RJSFSchema, TemplatesType, TitleFieldProps, UiSchema, ValidatorType } from '@rjsf/utils'
import { Button } from 'antd'
import { useMemo, useRef, type ReactNode } from 'react'
import { useData } from '../../api/hooks'
import { t } from '../../kernel/i18n'
import type { Fault } from '../../kernel/problem'
import { findValidator } from './form/validator'
import { placeFaults, sayErrors } from './form/wording'
import { widgets } from './form/widgets'
import { Loading } from './Loading'

const given = Theme.templates as TemplatesType
const GivenTitle = given.TitleFieldTemplate

/** The page has said the form's title already. */
function Title(props: TitleFieldProps) {
  return props.id === 'f__title' ? null : <GivenTitle {...props} />
}
const templates: TemplatesType = { ...given, TitleFieldTemplate: Title }

export interface FormData {
  [member: string]: unknown
}
interface Props {
  schema: FormData
  uiSchema: FormData | null
  value: FormData
  /** `typed` is false while the form only fills in its defaults. */
  onChange: (value: FormData, typed: boolean) => void
  onSubmit: (value: FormData) => void
  /** What the server refused; shown at the fields. */
  faults?: Fault[]
  busy?: boolean
  readOnly?: boolean
  submitLabel?: string
  /** The button is not the page's one primary action. */
  secondary?: boolean
  /** Buttons beside the one that submits. */
  more?: ReactNode
}

/** A form as the server describes it, checked by code compiled with the pages, and by the server again. */
export function FormView(props: Props) {
  const { schema } = props
  const key = useMemo(() => JSON.stringify(schema), [schema])
  const { data } = useData(key, () => findValidator(schema as RJSFSchema))
  return data ? <CheckedForm {...props} validator={data} /> : <Loading />
}

function CheckedForm({ validator, schema, uiSchema, value, onChange, onSubmit, faults, busy, readOnly, submitLabel, secondary, more }: Props & { validator: ValidatorType }) {
  const box = useRef<HTMLDivElement>(null)
  const placed = useMemo(() => placeFaults(faults ?? []), [faults])
  const ui = useMemo<UiSchema>(() => ({ ...(uiSchema ?? {}), 'ui:submitButtonOptions': { norender: true } }), [uiSchema])
  const focusFirst = () => {
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>('.ant-form-item-has-error input, .ant-form-item-has-error textarea')?.focus())
  }
  return (
    <div ref={box} className="form-view">
      <Form
        schema={schema as RJSFSchema} uiSchema={ui} validator={validator} formData={value} widgets={{ ...Theme.widgets, ...widgets }}
        templates={templates} fields={Theme.fields ?? {}} transformErrors={sayErrors} extraErrors={placed} extraErrorsBlockSubmit={false}
        showErrorList={false} noHtml5Validate experimental_defaultFormStateBehavior={{ constAsDefaults: 'never' }} disabled={busy ?? false} readonly={readOnly ?? false} idPrefix="f"
        onChange={(event: IChangeEvent, id?: string) => { onChange(event.formData as FormData, id !== undefined) }}
        onSubmit={(event: IChangeEvent) => { onSubmit(event.formData as FormData) }}
        onError={focusFirst}
      >
        {readOnly ? <span /> : (
          <div className="bar form-end">
            <Button type={secondary ? 'default' : 'primary'} htmlType="submit" loading={busy ?? false}>{submitLabel ?? t('提交')}</Button>
            {more}
          </div>
        )}
      </Form>
    </div>
  )
}
