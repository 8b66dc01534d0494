import { Button, Card, Empty, Table } from 'antd'
import { formatMoment } from '../../kernel/dates'
import { addressOf } from '../../kernel/http'
import { t } from '../../kernel/i18n'
import { Money } from '../../desk/parts/Money'
import type { ListVersion } from './useRound'

function nameOf(stage: string): string {
  const words: Record<string, string> = { preliminary: t('初步名单'), verification: t('核实名单'), subsidy: t('补助名单'), final: t('最终名单') }
  return words[stage] ?? stage
}

/** Every version of every list, as it is printed. */
export function ListsTable({ roundId, lists }: { roundId: number; lists: ListVersion[] }) {
  return (
    <Card title={<h2>{t('名册')}</h2>}>
      <Table<ListVersion>
        dataSource={lists} rowKey="id" size="small" pagination={false} scroll={{ x: 'max-content' }}
        locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('还没有名册。名单统计出来以后会出现在这里。')} /> }}
        columns={[
          { title: t('名册'), key: 'stage', render: (_, one) => t('{name}第{n}版', { name: nameOf(one.stage), n: one.n }) },
          { title: t('人数'), dataIndex: 'row_count', align: 'right' },
          { title: t('合计（元）'), key: 'total', align: 'right', render: (_, one) => <Money yuan={one.total} /> },
          { title: t('生成时间'), key: 'at', render: (_, one) => <span className="number">{formatMoment(one.created_at)}</span> },
          { title: '', key: 'file', align: 'right', render: (_, one) => (
            <Button size="small" href={addressOf('/rounds/{round_id}/lists/{stage}.xlsx', { round_id: roundId, stage: one.stage }, { n: one.n })}>{t('下载 Excel')}</Button>
          ) },
        ]}
      />
    </Card>
  )
}
