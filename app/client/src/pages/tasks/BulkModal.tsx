import { Modal } from 'antd'
import { useState } from 'react'
import { useAction, useData } from '../../api/hooks'
import { api } from '../../kernel/http'
import { t } from '../../kernel/i18n'
import { FormView, type FormData } from '../../desk/parts/FormView'
import { JobProgress } from '../../desk/parts/JobProgress'
import { Loading } from '../../desk/parts/Loading'
import { ProblemNote } from '../../desk/parts/ProblemNote'
import { BulkResults, type BulkRow } from './BulkResults'
import type { Task } from './InboxPage'
import type { Subject } from './subjects'

export type BulkJob = { kind: 'claim' } | { kind: 'assign'; userId: number; userName: string } | { kind: 'complete' }
interface Props {
  job: BulkJob
  tasks: Task[]
  subjects: Map<string, Subject>
  onCancel: () => void
  onEnd: () => void
}
const MOST_PREVIEWED = 500

function titleOf(job: BulkJob, tasks: Task[]): string {
  const n = tasks.length
  if (job.kind === 'claim') return t('领取 {n} 项任务', { n })
  if (job.kind === 'assign') return t('把 {n} 项任务分派给 {name}', { n, name: job.userName })
  return t('一起办理 {n} 项：{title}', { n, title: tasks[0]?.title ?? '' })
}

function start(job: BulkJob, tasks: Task[], key: string, form: FormData) {
  const items = tasks.map((task) => ({ task_id: task.id }))
  if (job.kind === 'claim') return api.post('/tasks/bulk-claim', { key, body: { items } as never })
  if (job.kind === 'assign') return api.post('/tasks/bulk-assign', { key, body: { items, user_id: job.userId } as never })
  return api.post('/tasks/bulk-complete', { key, body: { items, form } as never })
}

/** Many tasks at once: the form if there is one, then what each row would come to, then how far it is, then what became of each. */
export function BulkModal({ job, tasks, subjects, onCancel, onEnd }: Props) {
  const [form, setForm] = useState<FormData>({})
  const [asked, setAsked] = useState(job.kind === 'complete' ? 0 : 1)
  const [finished, setFinished] = useState(false)
  const first = tasks[0]
  const page = useData(job.kind === 'complete' && first ? `task ${first.id}` : undefined, (signal) => api.get('/tasks/{task_id}', { path: { task_id: first?.id ?? 0 }, signal }))
  const preview = useData(asked ? `preview ${asked}` : undefined, (signal) => api.post('/tasks/bulk-preview', {
    signal, body: { kind: job.kind, form, user_id: job.kind === 'assign' ? job.userId : null, items: tasks.slice(0, MOST_PREVIEWED).map((task) => ({ task_id: task.id })) } as never,
  }))
  const run = useAction((key) => start(job, tasks, key, form))
  const [runId, setRunId] = useState<number | null>(null)
  const begin = async (): Promise<void> => {
    const started = await run.run()
    if (started) setRunId(started.id)
  }
  const seen = asked > 0 && preview.data !== null
  const close = runId === null ? onCancel : onEnd
  const footer = runId === null && seen
    ? { okText: t('确定，办理 {n} 项', { n: preview.data?.done ?? 0 }), okButtonProps: { disabled: preview.data?.done === 0 }, confirmLoading: run.busy, onOk: () => void begin() }
    : { footer: null }
  return (
    <Modal open title={titleOf(job, tasks)} width={640} mask={{ closable: false }} onCancel={close} {...footer}>
      <div className="stack">
        {(page.problem ?? preview.problem) && <ProblemNote problem={(page.problem ?? preview.problem) as NonNullable<typeof page.problem>} />}
        {run.problem && <ProblemNote problem={run.problem} />}
        {job.kind === 'complete' && runId === null && (page.data
          ? (
            <FormView
              schema={page.data.schema ?? { type: 'object' }} uiSchema={page.data.ui_schema} value={form} busy={preview.loading && asked > 0} submitLabel={seen ? t('重新预览') : t('预览')} secondary={seen}
              onChange={setForm} onSubmit={(given) => { setForm(given); setAsked((n) => n + 1) }}
            />
          ) : <Loading />)}
        {runId === null && seen && <PreviewRows rows={preview.data?.items ?? []} tasks={tasks} subjects={subjects} />}
        {runId !== null && (
          <JobProgress
            name={`bulk ${runId}`} onFinished={() => { setFinished(true) }} read={async (signal) => {
              const state = await api.get('/bulk/{bulk_id}', { path: { bulk_id: runId }, signal })
              return { total: state.total, done: state.done, refused: state.refused, finished: state.state === 'done' }
            }}
          />
        )}
        {runId !== null && finished && <Outcome runId={runId} tasks={tasks} subjects={subjects} />}
      </div>
    </Modal>
  )
}

interface RowsProps {
  tasks: Task[]
  subjects: Map<string, Subject>
}

function PreviewRows({ rows, tasks, subjects }: RowsProps & { rows: { task_id: number; state: string; result: Record<string, unknown> | null }[] }) {
  const refused = rows.filter((row) => row.state === 'refused').length
  return (
    <>
      <p role="status">{refused ? t('可以办 {n} 项，不能办 {m} 项，原因见下；不能办的留在桌上。', { n: rows.length - refused, m: refused }) : t('{n} 项都可以办。', { n: rows.length })}</p>
      <BulkResults rows={rows.map((row): BulkRow => ({ taskId: row.task_id, done: row.state === 'done', why: String(row.result?.message ?? '') }))} tasks={tasks} subjects={subjects} doneWord={t('可以办')} />
    </>
  )
}

function Outcome({ runId, tasks, subjects }: RowsProps & { runId: number }) {
  const { data } = useData(`bulk rows ${runId}`, (signal) => api.get('/bulk/{bulk_id}/rows', { path: { bulk_id: runId }, query: { limit: 200 }, signal }))
  const rows = (data?.items ?? []).map((row): BulkRow => ({ taskId: Number(row.item.task_id), done: row.state === 'done', why: String(row.result?.message ?? '') }))
  return <BulkResults rows={rows} tasks={tasks} subjects={subjects} doneWord={t('已办')} />
}
