import { Form, Input, InputNumber, Modal, Select } from 'antd'
import { useAction, useData } from '../../api/hooks'
import { formatDate } from '../../kernel/dates'
import { api } from '../../kernel/http'
import { t } from '../../kernel/i18n'
import { ProblemNote } from '../../desk/parts/ProblemNote'

interface Asked {
  scheme: string
  cost_year: number
  cut_off: string
  settlement_snapshot_id: number
  screening_line: string | null
  verification_line: string | null
  name: string | null
}
interface Props {
  onCancel: () => void
  onOpened: (id: number) => void
}

/** What a new round needs; its statistics run as soon as it is open. */
export function OpenRound({ onCancel, onOpened }: Props) {
  const [form] = Form.useForm<Asked>()
  const schemes = useData('schemes', (signal) => api.get('/schemes', { signal }))
  const snapshots = useData('snapshots', (signal) => api.get('/snapshots', { query: { limit: 100 }, signal }))
  const open = useAction((key, body: Asked) => api.post('/rounds', { key, body }))
  const send = async (asked: Asked) => {
    const round = await open.run({ ...asked, screening_line: asked.screening_line || null, verification_line: asked.verification_line || null, name: asked.name || null })
    if (round?.id) onOpened(round.id)
  }
  const needed = [{ required: true, message: t('请填写这一项') }]
  const money = [{ pattern: /^\d{1,9}(\.\d{1,2})?$/, message: t('请填写金额，例如 20000.00') }]
  const problem = open.problem ?? schemes.problem ?? snapshots.problem
  return (
    <Modal open title={t('开启新一轮')} okText={t('开启并统计名单')} confirmLoading={open.busy} onCancel={onCancel} onOk={() => { form.submit() }}>
      <div className="stack">
        <p className="soft">{t('开启后立即按结算快照统计初步名单；名单发给各部门之前可以剔除人员。')}</p>
        {problem && <ProblemNote problem={problem} />}
        <Form form={form} layout="vertical" onFinish={(asked) => { void send(asked) }}>
          <Form.Item name="scheme" label={t('补助方案')} rules={needed}>
            <Select options={(schemes.data?.items ?? []).map((one) => ({ value: one.id, label: one.name }))} />
          </Form.Item>
          <Form.Item name="cost_year" label={t('费用年度')} rules={needed}><InputNumber min={2015} max={2099} precision={0} /></Form.Item>
          <Form.Item name="cut_off" label={t('统计截止日')} rules={needed}><Input type="date" /></Form.Item>
          <Form.Item name="settlement_snapshot_id" label={t('结算快照')} rules={needed} extra={t('没有要用的快照时，请先导入结算数据。')}>
            <Select options={(snapshots.data?.items ?? []).map((one) => ({ value: one.id, label: t('{name}（{day}，{n} 行）', { name: one.name, day: formatDate(one.created_at), n: one.rows }) }))} />
          </Form.Item>
          <Form.Item name="screening_line" label={t('筛查线（元，不填按方案）')} rules={money}><Input inputMode="decimal" /></Form.Item>
          <Form.Item name="verification_line" label={t('核实线（元，不填按方案）')} rules={money}><Input inputMode="decimal" /></Form.Item>
          <Form.Item name="name" label={t('名称（不填自动取名）')}><Input maxLength={80} /></Form.Item>
        </Form>
      </div>
    </Modal>
  )
}
