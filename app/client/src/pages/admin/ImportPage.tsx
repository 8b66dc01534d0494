import { Alert, Button } from 'antd'
import { useState } from 'react'
import { Link, useParams } from 'react-router'
import { useData } from '../../api/hooks'
import { addressOf, api, type Answer } from '../../kernel/http'
import { t } from '../../kernel/i18n'
import { DataTable, type Column } from '../../desk/parts/DataTable'
import { JobProgress, type JobState } from '../../desk/parts/JobProgress'
import { Loading } from '../../desk/parts/Loading'
import { Page } from '../../desk/parts/Page'
import { ProblemNote } from '../../desk/parts/ProblemNote'
import { kindWords, runWords } from './words'

type Run = Answer<'/imports/{import_id}'>
type Wrong = Answer<'/imports/{import_id}/errors'>['items'][number]

function columnsOf(): Column<Wrong>[] {
  return [
    { key: 'sheet', title: t('工作表'), dataIndex: 'sheet' },
    { key: 'row', title: t('行'), align: 'right', render: (_, one) => <span className="number">{one.row ?? '—'}</span> },
    { key: 'column', title: t('列'), render: (_, one) => one.column ?? '—' },
    { key: 'severity', title: t('程度'), render: (_, one) => (one.severity === 'fault' ? <span className="late">{t('必须改正')}</span> : t('提醒')) },
    { key: 'message', title: t('问题和改法'), dataIndex: 'message' },
  ]
}

function stateOf(run: Run): JobState {
  const finished = run.state === 'done' || run.state === 'failed'
  return { total: run.rows_total || null, done: run.rows_done, finished, failed: run.state === 'failed' ? t('没有导入任何一行。请按下面的问题改正文件后重新导入。') : null }
}

/** How one import goes and what must be put right in its file. */
export default function ImportPage() {
  const importId = Number(useParams().importId)
  const path = { import_id: importId }
  const [stamp, setStamp] = useState(0)
  const { data, problem, reload } = useData(`import-${importId}`, (signal) => api.get('/imports/{import_id}', { path, signal }))
  const back = <Link to="/imports">{t('回到数据导入')}</Link>
  if (!data) return <Page title={t('数据导入')} actions={back}>{problem ? <ProblemNote problem={problem} onRetry={reload} /> : <Loading />}</Page>
  return (
    <Page title={data.file_name} hint={`${kindWords(data.kind)} · ${runWords(data.state)}`} actions={back}>
      {problem && <ProblemNote problem={problem} onRetry={reload} />}
      <JobProgress
        name={`import-job-${importId}`} read={async (signal) => stateOf(await api.get('/imports/{import_id}', { path, signal }))}
        onFinished={() => { setStamp((n) => n + 1); reload() }}
      />
      {data.faults_total > 0 && (
        <Alert
          type={data.state === 'failed' ? 'error' : 'warning'} showIcon title={t('共 {n} 处问题', { n: data.faults_total })}
          action={<Button size="small" href={addressOf('/imports/{import_id}/errors.xlsx', path)}>{t('下载标注了问题的 Excel')}</Button>}
        />
      )}
      <DataTable<Wrong>
        name="import-errors" caption={t('问题和改法')} query={{ importId }} columns={columnsOf()} rowKey={(one) => one.id} stamp={stamp}
        read={(page, signal) => api.get('/imports/{import_id}/errors', { path, query: page, signal })} empty={t('没有问题。')}
      />
    </Page>
  )
}
