import { Form, Input, Modal, Select } from 'antd'
import { useState } from 'react'
import { useAction, useData } from '../../api/hooks'
import { api } from '../../kernel/http'
import { t } from '../../kernel/i18n'
import { hasRole, useMe } from '../../kernel/session'
import { FilePicker } from '../../desk/parts/FilePicker'
import { ProblemNote } from '../../desk/parts/ProblemNote'
import { kindWords } from './words'

interface Props {
  onCancel: () => void
  onStarted: (id: number) => void
}

/** Which table it is and the file; the server checks every row before it keeps one. */
export function NewImport({ onCancel, onStarted }: Props) {
  const officer = hasRole(useMe(), 'ybj_officer')
  const [kind, setKind] = useState(officer ? 'settlements' : 'people')
  const [scheme, setScheme] = useState<string | null>(null)
  const [name, setName] = useState('')
  const [file, setFile] = useState<File | null>(null)
  const start = useAction((key, what: string, params: object | null, chosen: { name: string; size: number; at: number }) => {
    const body = new FormData()
    body.append('kind', what)
    if (file) body.append('file', file, chosen.name)
    if (params) body.append('params', JSON.stringify(params))
    return api.post('/imports', { key, body })
  })
  const schemes = useData('schemes', (signal) => api.get('/schemes', { signal }))
  const bills = kind === 'settlements'
  const chosen = scheme ?? schemes.data?.items[0]?.id
  const send = async () => {
    if (!file) return
    const params = bills ? { scheme: chosen, ...(name.trim() ? { name: name.trim() } : {}) } : null
    const run = await start.run(kind, params, { name: file.name, size: file.size, at: file.lastModified })
    if (run) onStarted(run.id)
  }
  const kinds = (officer ? ['settlements', 'people'] : ['people']).map((value) => ({ value, label: kindWords(value) }))
  const problem = start.problem ?? schemes.problem
  return (
    <Modal
      open title={t('导入一份表')} okText={t('开始导入')} okButtonProps={{ disabled: !file || (bills && !chosen) }} confirmLoading={start.busy}
      onCancel={onCancel} onOk={() => { void send() }}
    >
      <div className="stack">
        {problem && <ProblemNote problem={problem} />}
        <Form layout="vertical">
          <Form.Item label={t('内容')} htmlFor="import-kind"><Select id="import-kind" value={kind} options={kinds} onChange={setKind} /></Form.Item>
          {bills && (
            <Form.Item label={t('补助方案')} htmlFor="import-scheme">
              <Select id="import-scheme" value={chosen ?? null} options={(schemes.data?.items ?? []).map((one) => ({ value: one.id, label: one.name }))} onChange={setScheme} />
            </Form.Item>
          )}
          {bills && (
            <Form.Item label={t('快照名称（不填按文件名）')} htmlFor="import-name">
              <Input id="import-name" value={name} maxLength={80} onChange={(event) => { setName(event.target.value) }} />
            </Form.Item>
          )}
          <FilePicker accept=".xlsx,.csv,.parquet" hint={file ? t('已选择：{name}', { name: file.name }) : t('Excel、CSV 或 Parquet，第一行是表头')} busy={start.busy} onPick={setFile} />
        </Form>
      </div>
    </Modal>
  )
}
