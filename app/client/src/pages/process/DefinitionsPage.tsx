import { Card, Table, Tag } from 'antd'
import { Link } from 'react-router'
import { useData } from '../../api/hooks'
import { api, type Answer } from '../../kernel/http'
import { formatMoment } from '../../kernel/dates'
import { t } from '../../kernel/i18n'
import { Loading } from '../../desk/parts/Loading'
import { Page } from '../../desk/parts/Page'
import { ProblemNote } from '../../desk/parts/ProblemNote'

type Definition = Answer<'/definitions'>['items'][number]

/** Every version of every process; what runs keeps the version it began with. */
export default function DefinitionsPage() {
  const { data, problem, reload } = useData('definitions', (signal) => api.get('/definitions', { signal }))
  return (
    <Page title={t('流程与决策表')} hint={t('每次部署留下一个版本。在办的按开始时的版本办完，新开的用现行版本。')}>
      {problem && <ProblemNote problem={problem} onRetry={reload} />}
      {!data && !problem && <Loading />}
      {data && (
        <Card>
          <Table<Definition>
            dataSource={data.items} rowKey="id" size="small" pagination={false} scroll={{ x: 'max-content' }}
            locale={{ emptyText: t('还没有部署流程。部署后，每个版本会出现在这里。') }}
            columns={[
              { title: t('地区'), dataIndex: 'scheme', sorter: (a, b) => a.scheme.localeCompare(b.scheme) },
              { title: t('流程'), key: 'process', render: (_, one) => <Link to={`/definitions/${one.id}`}>{one.process_key}</Link> },
              { title: t('版本'), dataIndex: 'version', align: 'right' },
              { title: t('状态'), key: 'current', render: (_, one) => (one.current ? <Tag color="green">{t('现行')}</Tag> : t('旧版')) },
              { title: t('部署时间'), key: 'at', render: (_, one) => formatMoment(one.deployed_at) },
            ]}
          />
        </Card>
      )}
    </Page>
  )
}
