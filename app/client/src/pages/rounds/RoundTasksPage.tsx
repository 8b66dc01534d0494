import { Button, Checkbox } from 'antd'
import { Link, useParams, useSearchParams } from 'react-router'
import { useAction } from '../../api/hooks'
import { formatMoment } from '../../kernel/dates'
import { addressOf, api, type Answer } from '../../kernel/http'
import { t } from '../../kernel/i18n'
import { hasRole, useMe } from '../../kernel/session'
import { DataTable, type Column } from '../../desk/parts/DataTable'
import { Due } from '../../desk/parts/Due'
import { Page } from '../../desk/parts/Page'
import { useTold } from '../../desk/parts/useTold'
import { ProblemNote } from '../../desk/parts/ProblemNote'

type Task = Answer<'/rounds/{round_id}/tasks'>['items'][number]

/** Whose desk the round's open tasks are on; a click reminds. */
export default function RoundTasksPage() {
  const roundId = Number(useParams().roundId)
  const [search, setSearch] = useSearchParams()
  const told = useTold()
  const may = hasRole(useMe(), 'ybj_officer', 'civil_affairs_officer')
  const element = search.get('element')
  const overdue = search.get('overdue') === 'true'
  const query = { ...(element ? { element } : {}), ...(overdue ? { overdue } : {}) }
  const remind = useAction((key, task: Task) => api.post('/tasks/{task_id}/remind', { key, path: { task_id: task.id } }))
  const press = async (task: Task) => {
    if (await remind.run(task)) told.done(t('已提醒{unit}', { unit: task.unit.name }))
  }
  const columns: Column<Task>[] = [
    { key: 'title', title: t('任务'), render: (_, task) => <Link to={`/tasks/${task.id}`}>{task.title}</Link> },
    { key: 'unit', title: t('承办单位'), render: (_, task) => task.unit.name },
    { key: 'who', title: t('承办人'), render: (_, task) => task.assignee?.name ?? t('无人领取') },
    { key: 'received', title: t('收到'), render: (_, task) => <span className="number">{formatMoment(task.received_at)}</span> },
    { key: 'due', title: t('期限'), render: (_, task) => <Due due={task.due_at} overdue={task.overdue} /> },
    ...(may ? [{ key: 'remind', title: '', align: 'right' as const, render: (_: unknown, task: Task) => <Button size="small" onClick={() => { void press(task) }}>{t('提醒')}</Button> }] : []),
  ]
  const show = (only: boolean) => { setSearch({ ...(element ? { element } : {}), ...(only ? { overdue: 'true' } : {}) }, { replace: true }) }
  return (
    <Page title={t('在谁手里')} hint={t('本轮还没有办结的任务，最早的在前。')} actions={<Link to={`/rounds/${roundId}`}>{t('回到本轮')}</Link>}>
      {remind.problem && <ProblemNote problem={remind.problem} />}
      <DataTable<Task>
        name="round-tasks" caption={t('在谁手里')} query={{ roundId, ...query }} columns={columns} rowKey={(task) => task.id}
        read={(page, signal) => api.get('/rounds/{round_id}/tasks', { path: { round_id: roundId }, query: { ...query, ...page }, signal })}
        filters={(
          <>
            <Checkbox checked={overdue} onChange={(event) => { show(event.target.checked) }}>{t('只看逾期')}</Checkbox>
            {element && <Button size="small" onClick={() => { setSearch(overdue ? { overdue: 'true' } : {}, { replace: true }) }}>{t('显示全部步骤')}</Button>}
          </>
        )}
        exportHref={addressOf('/rounds/{round_id}/tasks', { round_id: roundId }, { ...query, format: 'xlsx' })}
        empty={t('没有这样的任务。流程走到某个单位时，任务会出现在这里。')}
      />
    </Page>
  )
}
