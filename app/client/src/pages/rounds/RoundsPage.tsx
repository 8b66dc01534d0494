import { Button, Empty, Table } from 'antd'
import { useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { useData } from '../../api/hooks'
import { formatDate } from '../../kernel/dates'
import { api, type Answer } from '../../kernel/http'
import { t } from '../../kernel/i18n'
import { hasRole, useMe } from '../../kernel/session'
import { Money } from '../../desk/parts/Money'
import { Page } from '../../desk/parts/Page'
import { ProblemNote } from '../../desk/parts/ProblemNote'
import { OpenRound } from './OpenRound'
import { stageWords } from './stages'

type Line = Required<Answer<'/rounds'>['items'][number]>

/** All rounds, the newest first; the officer opens the next one here. */
export default function RoundsPage() {
  const me = useMe()
  const go = useNavigate()
  const [opening, setOpening] = useState(false)
  const { data, problem, loading, reload } = useData('rounds', async (signal) => (await api.get('/rounds', { signal })).items as Line[])
  return (
    <Page
      title={t('补助轮次')} hint={t('每一轮从统计名单开始，到最后一笔到账结束。')}
      actions={hasRole(me, 'ybj_officer') && <Button type="primary" onClick={() => { setOpening(true) }}>{t('开启新一轮')}</Button>}
    >
      {problem && <ProblemNote problem={problem} onRetry={reload} />}
      <Table<Line>
        dataSource={data ?? []} rowKey="id" size="small" loading={loading && !data} pagination={false} scroll={{ x: 'max-content' }}
        locale={{ emptyText: problem ? ' ' : <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('还没有轮次。医保局开启第一轮后会出现在这里。')} /> }}
        columns={[
          { title: t('轮次'), key: 'name', render: (_, round) => <Link to={`/rounds/${round.id}`}><strong>{round.name}</strong></Link> },
          { title: t('费用年度'), dataIndex: 'cost_year' },
          { title: t('进度'), key: 'stage', render: (_, round) => stageWords(round.stage) },
          { title: t('统计截止日'), key: 'cut', render: (_, round) => <span className="number">{formatDate(round.cut_off)}</span> },
          { title: t('筛查线'), key: 'screen', align: 'right', render: (_, round) => <Money yuan={round.screening_line} /> },
          { title: t('核实线'), key: 'verify', align: 'right', render: (_, round) => <Money yuan={round.verification_line} /> },
          { title: t('开启日期'), key: 'opened', render: (_, round) => <span className="number">{formatDate(round.opened_at)}</span> },
        ]}
      />
      {opening && <OpenRound onCancel={() => { setOpening(false) }} onOpened={(id) => { void go(`/rounds/${id}`) }} />}
    </Page>
  )
}
