import { Modal, Progress, Table } from 'antd'
import { useState } from 'react'
import { api, newKey } from '../../kernel/http'
import { t } from '../../kernel/i18n'
import { asProblem } from '../../kernel/problem'
import type { Task } from './InboxPage'
import type { Subject } from './subjects'

interface Props {
  tasks: Task[]
  subjects: Map<string, Subject>
  /** null: I take them myself. */
  userId: number | null
  userName: string
  onCancel: () => void
  onEnd: () => void
}

/** Claim or assign the chosen tasks one by one; a task that somebody was quicker with is refused singly. */
export function BulkHoldModal({ tasks, subjects, userId, userName, onCancel, onEnd }: Props) {
  const [results, setResults] = useState<Map<number, string>>(new Map())
  const [busy, setBusy] = useState(false)
  const over = results.size === tasks.length
  const run = async (): Promise<void> => {
    setBusy(true)
    const found = new Map<number, string>()
    for (const task of tasks) {
      const options = { path: { task_id: task.id }, key: newKey(), ifMatch: String(task.version) }
      const sent = userId === null ? api.post('/tasks/{task_id}/claim', options) : api.post('/tasks/{task_id}/assign', { ...options, body: { user_id: userId } })
      found.set(task.id, await sent.then(() => '', (refused: unknown) => asProblem(refused).message))
      setResults(new Map(found))
    }
    setBusy(false)
  }
  const refused = [...results.values()].filter(Boolean).length
  const words = userId === null ? t('领取 {n} 项任务', { n: tasks.length }) : t('把 {n} 项任务分派给 {name}', { n: tasks.length, name: userName })
  return (
    <Modal
      open title={words} okText={over ? t('完成') : t('确定')} confirmLoading={busy} closable={!busy} mask={{ closable: false }}
      cancelButtonProps={{ disabled: busy, hidden: over }} onCancel={over ? onEnd : onCancel} onOk={() => { if (over) onEnd(); else void run() }}
    >
      <div className="stack">
        {results.size > 0 && <Progress percent={Math.floor((results.size / tasks.length) * 100)} aria-label={t('进度')} status={refused ? 'exception' : 'normal'} />}
        {over && <p role="status">{t('完成 {n}，未办 {m}', { n: tasks.length - refused, m: refused })}</p>}
        <Table<Task>
          size="small" dataSource={tasks} rowKey="id" pagination={tasks.length > 10 ? { pageSize: 10 } : false}
          columns={[
            { title: t('对象'), render: (_, task) => subjects.get(task.subject)?.name ?? task.title },
            { title: t('任务'), dataIndex: 'title' },
            { title: t('结果'), render: (_, task) => resultOf(results.get(task.id)) },
          ]}
        />
      </div>
    </Modal>
  )
}

function resultOf(result: string | undefined) {
  if (result === undefined) return '—'
  return result ? <span className="late">{result}</span> : <span className="good">{t('已办')}</span>
}
