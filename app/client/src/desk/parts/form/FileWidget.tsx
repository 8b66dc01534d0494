import type { WidgetProps } from '@rjsf/utils'
import { Button } from 'antd'
import { useAction } from '../../../api/hooks'
import { api } from '../../../kernel/http'
import { t } from '../../../kernel/i18n'
import { FilePicker } from '../FilePicker'
import { ProblemNote } from '../ProblemNote'

/** A scan or photo: sent at once, the form keeps its number. */
export function FileWidget({ id, value, disabled, readonly, onChange }: WidgetProps) {
  const send = useAction((key, file: File) => {
    const body = new FormData()
    body.append('file', file)
    return api.post('/files', { key, body })
  })
  const pick = async (file: File): Promise<void> => {
    const stored = await send.run(file)
    if (stored) onChange(stored.id)
  }
  const closed = Boolean(disabled ?? readonly)
  return (
    <div id={id} className="stack">
      {value ? <span role="status">{t('已上传（文件号 {n}）', { n: String(value) })} {!closed && <Button type="link" onClick={() => { onChange(undefined) }}>{t('换一个文件')}</Button>}</span>
        : closed ? <span>—</span> : <FilePicker accept=".pdf,.png,.jpg,.jpeg" hint={t('扫描件或照片，PDF、JPG 或 PNG')} busy={send.busy} onPick={(file) => void pick(file)} />}
      {send.problem && <ProblemNote problem={send.problem} />}
    </div>
  )
}
