import { Card, Table } from 'antd'
import { useData } from '../../api/hooks'
import { api, type Answer } from '../../kernel/http'
import { t } from '../../kernel/i18n'
import { Masked } from '../../desk/parts/Masked'
import { Money } from '../../desk/parts/Money'
import { ProblemNote } from '../../desk/parts/ProblemNote'
import { WaterfallChart } from '../../desk/parts/WaterfallChart'

type Sheet = Answer<'/cases/{case_id}'>
type Figure = Sheet['figures'] extends (infer F)[] | undefined ? F : never

/** The person's year of costs: what it cost, who paid which part, what stays with the family. */
export function CaseLadder({ caseId }: { caseId: number }) {
  const ladder = useData(`ladder ${caseId}`, (signal) => api.get('/cases/{case_id}/ladder', { path: { case_id: caseId }, signal }))
  const { data, problem, reload } = useData(`case ${caseId}`, (signal) => api.get('/cases/{case_id}', { path: { case_id: caseId }, signal }))
  if (problem) return <Card><ProblemNote problem={problem} onRetry={reload} /></Card>
  if (!data) return null
  const { line } = data
  const paid = (data.figures ?? []).filter((one) => one.in_force && one.payer !== 'total_cost')
  return (
    <Card title={<h2>{t('费用阶梯')}</h2>} extra={<span className="soft"><Masked value={line?.id_masked} /></span>}>
      <div className="stack">
        {ladder.data && <WaterfallChart rungs={ladder.data.rungs} />}
        <Table<Figure>
          size="small" pagination={false} dataSource={paid} rowKey={(one) => `${one.payer} ${one.version}`} scroll={{ x: 'max-content' }}
          columns={[
            { title: t('支付方'), dataIndex: 'payer_name' },
            { title: t('金额（元）'), align: 'right', render: (_, one) => <Money yuan={one.amount} /> },
            { title: t('来源'), render: (_, one) => sourceOf(one.source) },
            { title: t('说明'), dataIndex: 'note' },
          ]}
        />
      </div>
    </Card>
  )
}

function sourceOf(source: string | undefined): string {
  const words: Record<string, string> = { settlement: t('结算数据'), tally: t('单位填报'), visit: t('上门核实'), correction: t('更正') }
  return words[source ?? ''] ?? source ?? ''
}
