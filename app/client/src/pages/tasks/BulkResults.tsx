import { Table } from 'antd'
import { t } from '../../kernel/i18n'
import type { Task } from './InboxPage'
import type { Subject } from './subjects'

export interface BulkRow {
  taskId: number
  done: boolean
  why: string
}
interface Props {
  rows: BulkRow[]
  tasks: Task[]
  subjects: Map<string, Subject>
  doneWord: string
}

/** A line for each task, those that are refused first, with the reason. */
export function BulkResults({ rows, tasks, subjects, doneWord }: Props) {
  const byId = new Map(tasks.map((task) => [task.id, task]))
  const nameOf = (row: BulkRow): string => {
    const task = byId.get(row.taskId)
    return (task && subjects.get(task.subject)?.name) ?? String(row.taskId)
  }
  return (
    <Table<BulkRow>
      size="small" dataSource={[...rows].sort((a, b) => Number(a.done) - Number(b.done))} rowKey="taskId" pagination={{ pageSize: 8, hideOnSinglePage: true, showSizeChanger: false }}
      columns={[
        { title: t('对象'), render: (_, row) => nameOf(row) },
        { title: t('任务'), render: (_, row) => byId.get(row.taskId)?.title },
        { title: t('结果'), render: (_, row) => (row.done ? <span className="good">{doneWord}</span> : <span className="late">{row.why || t('未办')}</span>) },
      ]}
    />
  )
}
