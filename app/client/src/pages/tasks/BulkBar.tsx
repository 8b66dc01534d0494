import { Alert, Button, Select } from 'antd'
import { useState } from 'react'
import { useData } from '../../api/hooks'
import { api } from '../../kernel/http'
import { t } from '../../kernel/i18n'
import { useMe } from '../../kernel/session'
import { BulkModal, type BulkJob } from './BulkModal'
import type { Task } from './InboxPage'
import type { Subject } from './subjects'

interface Props {
  tasks: Task[]
  subjects: Map<string, Subject>
  onClear: () => void
  onChanged: () => void
}

/** What may be done with all chosen tasks at once; each shows first what will happen, then what became of each row. */
export function BulkBar({ tasks, subjects, onClear, onChanged }: Props) {
  const me = useMe()
  const [job, setJob] = useState<BulkJob | null>(null)
  const units = [...new Set(tasks.map((task) => task.unit.id))]
  const unit = units.length === 1 ? units[0] : undefined
  const members = useData(unit ? `members ${unit}` : undefined, (signal) => api.get('/units/{unit_id}/members', { path: { unit_id: unit ?? 0 }, signal }))
  if (tasks.length === 0) return null
  const oneKind = new Set(tasks.map((task) => `${task.definition_id} ${task.element}`)).size === 1
  const free = tasks.filter((task) => task.assignee === null)
  const end = () => {
    setJob(null)
    onChanged()
  }
  const assign = (userId: number) => {
    const userName = members.data?.items.find((one) => one.id === userId)?.name ?? ''
    setJob({ kind: 'assign', userId, userName })
  }
  return (
    <>
      <Alert
        type="info" title={t('已选 {n} 项', { n: tasks.length })}
        action={(
          <div className="bar">
            <Button disabled={free.length === 0} onClick={() => { setJob({ kind: 'claim' }) }}>{t('领取')}</Button>
            <Select
              aria-label={t('分派给')} placeholder={t('分派给…')} disabled={unit === undefined} value={null} popupMatchSelectWidth={false} className="filter"
              options={(members.data?.items ?? []).map((one) => ({ value: one.id, label: one.id === me.id ? t('{name}（我）', { name: one.name }) : one.name }))}
              onChange={(userId: number | null) => { if (userId !== null) assign(userId) }}
            />
            <Button disabled={!oneKind} onClick={() => { setJob({ kind: 'complete' }) }} title={oneKind ? '' : t('只能一起办理同一种任务')}>{t('一起办理')}</Button>
            <Button type="text" onClick={onClear}>{t('取消选择')}</Button>
          </div>
        )}
      />
      {job && <BulkModal job={job} tasks={job.kind === 'claim' ? free : tasks} subjects={subjects} onCancel={() => { setJob(null) }} onEnd={end} />}
    </>
  )
}
