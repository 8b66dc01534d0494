import { Table } from 'antd'
import { Link } from 'react-router'
import { useData } from '../../api/hooks'
import { api, type Answer } from '../../kernel/http'
import { t } from '../../kernel/i18n'
import { Page } from '../../desk/parts/Page'
import { ProblemNote } from '../../desk/parts/ProblemNote'

type Round = NonNullable<Answer<'/rounds'>['items']>[number]

/** Every round, to be opened at its list, its trials or its resolution. */
export default function MeetingsPage() {
  const { data, problem, loading, reload } = useData('rounds', (signal) => api.get('/rounds', { signal }))
  return (
    <Page title={t('专班会议')} hint={t('选择一轮，审议名单、测算标准、写决议。')}>
      {problem && <ProblemNote problem={problem} onRetry={reload} />}
      <Table<Round>
        size="small" loading={loading} pagination={false} rowKey={(one) => one.id ?? 0} dataSource={data?.items ?? []} scroll={{ x: 'max-content' }}
        locale={{ emptyText: t('还没有轮次。医保局开启一轮后，会出现在这里。') }}
        columns={[
          { title: t('轮次'), render: (_, one) => <Link to={`/rounds/${one.id}/meeting`}><strong>{t('{year}年度第{n}轮', { year: one.cost_year ?? '', n: one.number ?? '' })}</strong></Link> },
          { title: t('名称'), dataIndex: 'name' },
          { title: '', render: (_, one) => <Link to={`/rounds/${one.id}/what-if`}>{t('测算')}</Link> },
        ]}
      />
    </Page>
  )
}
