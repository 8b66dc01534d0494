import { Alert, Button, Card } from 'antd'
import { useState } from 'react'
import { Link, useNavigate, useParams } from 'react-router'
import { useAction, useData } from '../../api/hooks'
import { api, type Answer } from '../../kernel/http'
import { t } from '../../kernel/i18n'
import type { Problem } from '../../kernel/problem'
import { FormView, type FormData } from '../../desk/parts/FormView'
import { Loading } from '../../desk/parts/Loading'
import { Page } from '../../desk/parts/Page'
import { ProblemNote } from '../../desk/parts/ProblemNote'
import { useTold } from '../../desk/parts/useTold'
import { CaseLadder } from './CaseLadder'
import { ContextView } from './ContextView'
import { HoldBar } from './HoldBar'
import { SendBackButton } from './SendBackButton'
import { TaskFacts } from './TaskFacts'
import { TaskComments } from './TaskComments'
import { TaskHistory } from './TaskHistory'
import { useSubjects } from './subjects'
import { useDraft } from './useDraft'
import { workplaceOf } from './workplaces'

export type OneTask = Answer<'/tasks/{task_id}'>

export default function TaskPage() {
  const taskId = Number(useParams().taskId)
  const { data, problem, loading, reload } = useData(`task ${taskId}`, (signal) => api.get('/tasks/{task_id}', { path: { task_id: taskId }, signal }))
  if (!data && problem) return <Page title={t('任务')}><ProblemNote problem={problem} onRetry={reload} /></Page>
  if (!data || data.id !== taskId) return <Loading />
  return <OpenTask key={`${data.id} ${data.etag}`} task={data} reload={reload} loading={loading} />
}

function OpenTask({ task, reload, loading }: { task: OneTask; reload: () => void; loading: boolean }) {
  const subject = useSubjects([task.subject]).get(task.subject)
  const caseId = task.subject.startsWith('case:') ? Number(task.subject.slice(5)) : null
  return (
    <Page
      title={subject ? `${subject.name} · ${task.title}` : task.title}
      hint={subject?.detail}
      actions={<HoldBar task={task} onChanged={reload} />}
    >
      <div className="grid-2">
        <div className="stack">
          <TaskForm task={task} reload={reload} loading={loading} />
          {caseId !== null && <CaseLadder caseId={caseId} />}
          <ContextView context={task.context as Record<string, unknown> | null} />
        </div>
        <div className="stack">
          <TaskFacts task={task} />
          <TaskComments taskId={task.id} comments={task.comments} onAdded={reload} />
          <TaskHistory instanceId={task.instance_id} />
        </div>
      </div>
    </Page>
  )
}

function TaskForm({ task, reload, loading }: { task: OneTask; reload: () => void; loading: boolean }) {
  const navigate = useNavigate()
  const told = useTold()
  const [value, setValue] = useState<FormData>(() => ({ ...task.prefill, ...task.draft }))
  const open = task.state === 'open'
  const draft = useDraft(task.id, open && task.may_act)
  const complete = useAction((key, form: FormData) =>
    api.post('/tasks/{task_id}/complete', { key, path: { task_id: task.id }, body: { form } as never, ifMatch: task.etag }))
  const change = (form: FormData, typed: boolean) => {
    if (typed) draft.keep(form)
    setValue(form)
  }
  const submit = async (form: FormData): Promise<void> => {
    draft.stop()
    const done = await complete.run(form)
    if (!done) {
      draft.keep(form)
      return
    }
    told.done(t('已提交：{title}', { title: task.title }))
    void navigate('/tasks')
  }
  const workplace = workplaceOf(task)
  const words = { clean: '', waiting: t('正在保存草稿…'), saved: t('草稿已保存'), failed: t('草稿没有存上，请检查网络；继续填写会再试。') }
  return (
    <Card title={<h2>{task.title}</h2>} extra={<span className={draft.state === 'failed' ? 'late' : 'soft'} role="status">{words[draft.state]}</span>}>
      <div className="stack">
        {!open && <Alert type="info" showIcon title={t('这项任务已经办结。')} />}
        {open && !task.may_act && <Alert type="info" showIcon title={task.assignee ? t('这项任务在{name}手里，您可以查看，不能提交。', { name: task.assignee.name ?? '' }) : t('您可以查看这项任务，不能提交。')} />}
        {task.draft && open && <Alert type="info" title={t('已恢复您上次没有提交的草稿。')} />}
        {workplace && <Link to={workplace}><Button type="primary" ghost>{t('打开办理页面')}</Button></Link>}
        {complete.problem && <Conflict problem={complete.problem} reload={reload} loading={loading} />}
        <FormView
          schema={task.schema ?? { type: 'object', properties: {} }} uiSchema={task.ui_schema} value={value} busy={complete.busy} readOnly={!open || !task.may_act}
          faults={complete.problem?.faults ?? []} onChange={change} onSubmit={(form) => void submit(form)}
          more={<SendBackButton task={task} />}
        />
      </div>
    </Card>
  )
}

/** Somebody was quicker, or the figures moved: what was typed stays as a draft, the page is read anew. */
function Conflict({ problem, reload, loading }: { problem: Problem; reload: () => void; loading: boolean }) {
  const stale = problem.status === 409 || problem.status === 412
  if (!stale) return <ProblemNote problem={problem} />
  return (
    <Alert
      type="warning" showIcon role="alert" title={problem.message} description={t('您填写的内容已存为草稿。读取最新内容后请核对再提交。')}
      action={<Button loading={loading} onClick={reload}>{t('读取最新内容')}</Button>}
    />
  )
}
