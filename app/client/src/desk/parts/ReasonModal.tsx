import { Form, Input, Modal, Radio } from 'antd'
import { t } from '../../kernel/i18n'
import type { Problem } from '../../kernel/problem'
import { ProblemNote } from './ProblemNote'

interface Props {
  open: boolean
  title: string
  /** Exactly what will happen. */
  hint?: string
  label?: string
  okText: string
  targets?: { value: string; label: string }[]
  minLength?: number
  busy: boolean
  problem: Problem | null
  onCancel: () => void
  onReason: (reason: string, target: string | undefined) => void
}

/** Asks why where the decision is made. */
export function ReasonModal({ open, title, hint, label, okText, targets, minLength = 2, busy, problem, onCancel, onReason }: Props) {
  const [form] = Form.useForm<{ reason: string; target?: string }>()
  const first = targets?.length === 1 ? targets[0]?.value : undefined
  return (
    <Modal
      open={open} title={title} okText={okText} confirmLoading={busy} destroyOnHidden onCancel={onCancel}
      onOk={() => { form.submit() }} afterOpenChange={(now) => { if (now) form.getFieldInstance('reason')?.focus?.() }}
    >
      <div className="stack">
        {hint && <p>{hint}</p>}
        {problem && <ProblemNote problem={problem} />}
        <Form form={form} layout="vertical" preserve={false} initialValues={{ target: first }} onFinish={({ reason, target }) => { onReason(reason.trim(), target) }}>
          {targets && (
            <Form.Item name="target" label={t('退回到')} rules={[{ required: true, message: t('请选择退回到哪一步') }]}>
              <Radio.Group options={targets} vertical />
            </Form.Item>
          )}
          <Form.Item name="reason" label={label ?? t('原因')} rules={[{ required: true, whitespace: true, min: minLength, message: t('请写明原因，至少 {n} 个字', { n: minLength }) }]}>
            <Input.TextArea autoSize={{ minRows: 3 }} maxLength={500} showCount />
          </Form.Item>
        </Form>
      </div>
    </Modal>
  )
}
