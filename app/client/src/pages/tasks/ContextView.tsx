import { Card, Descriptions, Table } from 'antd'
import { formatMoment } from '../../kernel/dates'
import { t } from '../../kernel/i18n'
import { Money } from '../../desk/parts/Money'

interface Visit {
  result?: string
  visited_at?: string
  opinion?: string | null
  second_visitor?: string | null
  attempt?: number
}
interface Difference {
  payer?: string
  name?: string
  before?: string
  found?: string
}

/** What the visit found, beside what the units had filed. */
export function ContextView({ context }: { context: Record<string, unknown> | null }) {
  const visit = context?.visit as Visit | null | undefined
  const differences = (context?.differences ?? []) as Difference[]
  if (!visit) return null
  return (
    <Card title={<h2>{t('上门核实情况')}</h2>}>
      <div className="stack">
        <Descriptions size="small" column={{ xs: 1, md: 2 }} items={[
          { key: 'result', label: t('核实结果'), children: resultOf(visit.result) },
          { key: 'at', label: t('上门时间'), children: <span className="number">{formatMoment(visit.visited_at)}</span> },
          { key: 'home', label: t('居住地'), children: String(context?.residence ?? '—') },
          { key: 'second', label: t('同行人'), children: visit.second_visitor ?? '—' },
          { key: 'opinion', label: t('核实意见'), children: visit.opinion ?? '—' },
        ]} />
        {differences.length > 0 && (
          <Table<Difference>
            size="small" pagination={false} dataSource={differences} rowKey={(one) => one.payer ?? one.name ?? ''} caption={t('填报与核实的差异')}
            columns={[
              { title: t('支付方'), render: (_, one) => one.name ?? one.payer },
              { title: t('填报（元）'), align: 'right', render: (_, one) => <Money yuan={one.before} /> },
              { title: t('核实（元）'), align: 'right', render: (_, one) => <strong><Money yuan={one.found} /></strong> },
            ]}
          />
        )}
      </div>
    </Card>
  )
}

function resultOf(result: string | undefined): string {
  const words: Record<string, string> = {
    confirmed: t('属实'), changed: t('金额有出入'), not_home: t('上门未遇'), unreachable: t('联系不上'),
    moved: t('已迁出'), deceased: t('已去世'), not_eligible: t('不符合条件'), identity_doubtful: t('身份存疑'),
  }
  return words[result ?? ''] ?? result ?? '—'
}
