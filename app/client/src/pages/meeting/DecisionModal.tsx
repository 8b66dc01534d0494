import { Form, Input, Modal, Radio } from 'antd'
import { t } from '../../kernel/i18n'
import { isYuan, readYuan } from '../../kernel/money'
import type { Problem } from '../../kernel/problem'
import { ProblemNote } from '../../desk/parts/ProblemNote'

export type Kind = 'approve' | 'lower' | 'raise' | 'defer' | 'reject'
export interface Said { kind: Kind; amount?: string; reason?: string }
interface Props {
  title: string
  first: Kind
  busy: boolean
  problem: Problem | null
  onCancel: () => void
  onSaid: (said: Said) => void
}

/** What a decision is called in the minutes. */
export function decisionWord(kind: string | undefined): string {
  const words: Record<string, string> = { approve: t('同意'), lower: t('核减'), raise: t('核增'), defer: t('暂缓'), reject: t('不予补助') }
  return words[kind ?? ''] ?? t('未决定')
}

/** One decision, for one row or for many: the amount where it changes, and why. */
export function DecisionModal({ title, first, busy, problem, onCancel, onSaid }: Props) {
  const [form] = Form.useForm<Said>()
  const kind = Form.useWatch('kind', form) ?? first
  const kinds: Kind[] = ['approve', 'lower', 'raise', 'defer', 'reject']
  const submit = (said: Said) => {
    onSaid({ kind: said.kind, ...(said.amount ? { amount: readYuan(said.amount) ?? said.amount } : {}), ...(said.reason ? { reason: said.reason.trim() } : {}) })
  }
  const amounts = { validator: (_: unknown, typed: string) => (typed && isYuan(readYuan(typed) ?? '') ? Promise.resolve() : Promise.reject(new Error(t('请填写金额，例如 1234.50')))) }
  return (
    <Modal open title={title} okText={t('确定')} confirmLoading={busy} onCancel={onCancel} onOk={() => { form.submit() }}>
      <div className="stack">
        {problem && <ProblemNote problem={problem} />}
        <Form form={form} layout="vertical" initialValues={{ kind: first }} onFinish={submit}>
          <Form.Item name="kind" label={t('会议意见')}><Radio.Group options={kinds.map((one) => ({ value: one, label: decisionWord(one) }))} /></Form.Item>
          {(kind === 'lower' || kind === 'raise') && <Form.Item name="amount" label={t('改为（元）')} required rules={[amounts]}><Input inputMode="decimal" /></Form.Item>}
          {kind !== 'approve' && (
            <Form.Item name="reason" label={t('理由')} rules={[{ required: true, whitespace: true, message: t('请写明理由，会写进纪要') }]}>
              <Input.TextArea autoSize={{ minRows: 2 }} maxLength={500} />
            </Form.Item>
          )}
        </Form>
      </div>
    </Modal>
  )
}
