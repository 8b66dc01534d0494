import { Button } from 'antd'
import { useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { formatMoment } from '../../kernel/dates'
import { addressOf, api, type Answer } from '../../kernel/http'
import { t } from '../../kernel/i18n'
import { hasRole, useMe } from '../../kernel/session'
import { DataTable, type Column } from '../../desk/parts/DataTable'
import { Page } from '../../desk/parts/Page'
import { NewImport } from './NewImport'
import { kindWords, runWords } from './words'

type Run = Answer<'/imports'>['items'][number]

function columnsOf(): Column<Run>[] {
  return [
    { key: 'file', title: t('文件'), render: (_, run) => <Link to={`/imports/${run.id}`}>{run.file_name}</Link> },
    { key: 'kind', title: t('内容'), render: (_, run) => kindWords(run.kind) },
    { key: 'state', title: t('状态'), render: (_, run) => <span className={run.state === 'failed' ? 'late' : ''}>{runWords(run.state)}</span> },
    { key: 'total', title: t('行数'), align: 'right', render: (_, run) => <span className="number">{run.rows_total}</span> },
    { key: 'bad', title: t('有错的行'), align: 'right', render: (_, run) => <span className="number">{run.rows_bad}</span> },
    { key: 'at', title: t('开始时间'), render: (_, run) => <span className="number">{formatMoment(run.created_at)}</span> },
  ]
}

/** Tables taken over from elsewhere, the newest first. */
export default function ImportsPage() {
  const go = useNavigate()
  const may = hasRole(useMe(), 'civil_affairs_officer', 'ybj_officer')
  const [asking, setAsking] = useState(false)
  return (
    <Page
      title={t('数据导入')} hint={t('一份表要么全部导入，要么一行也不导入；错在哪一行会逐行写明。')}
      actions={may && <Button type="primary" onClick={() => { setAsking(true) }}>{t('导入一份表')}</Button>}
    >
      <DataTable<Run>
        name="imports" caption={t('数据导入')} query={{}} columns={columnsOf()} rowKey={(run) => run.id}
        read={(page, signal) => api.get('/imports', { query: page, signal })}
        exportHref={addressOf('/imports', {}, { format: 'xlsx' })} empty={t('还没有导入过。导入第一份表后，每次导入的结果会出现在这里。')}
      />
      {asking && <NewImport onCancel={() => { setAsking(false) }} onStarted={(id) => { void go(`/imports/${id}`) }} />}
    </Page>
  )
}
