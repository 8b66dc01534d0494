import { Modal, Table } from 'antd'
import { useState } from 'react'
import { useAction, useData } from '../../api/hooks'
import { api, type Answer } from '../../kernel/http'
import { t } from '../../kernel/i18n'
import { FormView, type FormData } from '../../desk/parts/FormView'
import { JobProgress } from '../../desk/parts/JobProgress'
import { Loading } from '../../desk/parts/Loading'
import { ProblemNote } from '../../desk/parts/ProblemNote'
import type { Task } from './InboxPage'
import type { Subject } from './subjects'

interface Props {
  tasks: Task[]
  subjects: Map<string, Subject>
  onCancel: () => void
  onEnd: () => void
}
type Row = Answer<'/bulk/{bulk_id}/rows'>['items'][number]

/** One form for all chosen tasks: what will happen, how far it is, what became of each row. */
export function BulkCompleteModal({ tasks, subjects, onCancel, onEnd }: Props) {
  const [form, setForm] = useState<FormData>({})
  const [finished, setFinished] = useState(false)
  const first = tasks[0]
  const page = useData(first && `task ${first.id}`, (signal) => api.get('/tasks/{task_id}', { path: { task_id: first?.id ?? 0 }, signal }))
  const start = useAction((key, given: FormData) => api.post('/tasks/bulk-complete', { key, body: { items: tasks.map((task) => ({ task_id: task.id })), form: given } as never }))
  const [run, setRun] = useState<number | null>(null)
  const submit = async (given: FormData): Promise<void> => {
    const started = await start.run(given)
    if (started) setRun(started.id)
  }
  const names = tasks.slice(0, 8).map((task) => subjects.get(task.subject)?.name ?? String(task.id)).join('、')
  return (
    <Modal open title={t('一起办理 {n} 项：{title}', { n: tasks.length, title: first?.title ?? '' })} width={640} footer={null} mask={{ closable: false }} onCancel={run === null ? onCancel : onEnd}>
      <div className="stack">
        <p>{tasks.length > 8 ? t('{names} 等 {n} 项。', { names, n: tasks.length }) : t('{names}，共 {n} 项。', { names, n: tasks.length })}{t('同一份表单用于每一项；不能办的会单独列出，其余照办。')}</p>
        {page.problem && <ProblemNote problem={page.problem} onRetry={page.reload} />}
        {run === null && (page.data
          ? <FormView schema={page.data.schema ?? { type: 'object' }} uiSchema={page.data.ui_schema} value={form} onChange={setForm} busy={start.busy} faults={start.problem?.faults ?? []}
              submitLabel={t('办理 {n} 项', { n: tasks.length })} onSubmit={(given) => void submit(given)} />
          : <Loading />)}
        {start.problem && <ProblemNote problem={start.problem} />}
        {run !== null && (
          <JobProgress name={`bulk ${run}`} onFinished={() => { setFinished(true) }} read={async (signal) => {
            const state = await api.get('/bulk/{bulk_id}', { path: { bulk_id: run }, signal })
            return { total: state.total, done: state.done, refused: state.refused, finished: state.state === 'done' }
          }} />
        )}
        {run !== null && finished && <Results run={run} tasks={tasks} subjects={subjects} />}
      </div>
    </Modal>
  )
}

function Results({ run, tasks, subjects }: { run: number; tasks: Task[]; subjects: Map<string, Subject> }) {
  const { data } = useData(`bulk rows ${run}`, (signal) => api.get('/bulk/{bulk_id}/rows', { path: { bulk_id: run }, query: { limit: 200 }, signal }))
  const nameOf = (row: Row): string => {
    const task = tasks.find((one) => one.id === row.item.task_id)
    return (task && subjects.get(task.subject)?.name) ?? String(row.item.task_id)
  }
  return (
    <Table<Row>
      size="small" dataSource={data?.items ?? []} rowKey="n" loading={!data} pagination={{ pageSize: 10, hideOnSinglePage: true }}
      columns={[
        { title: t('对象'), render: (_, row) => nameOf(row) },
        { title: t('结果'), render: (_, row) => row.state === 'done' ? <span className="good">{t('已办')}</span> : <span className="late">{String(row.result?.message ?? t('未办'))}</span> },
      ]}
    />
  )
}
