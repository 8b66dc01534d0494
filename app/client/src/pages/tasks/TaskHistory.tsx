import { Card, Timeline } from 'antd'
import { useData } from '../../api/hooks'
import { api } from '../../kernel/http'
import { formatMoment } from '../../kernel/dates'
import { t } from '../../kernel/i18n'
import { ProblemNote } from '../../desk/parts/ProblemNote'
import { saidOf } from './events'

/** Who moved this, and when; from the audit chain. */
export function TaskHistory({ instanceId }: { instanceId: number }) {
  const { data, problem, reload } = useData(`history ${instanceId}`, (signal) => api.get('/instances/{instance_id}/history', { path: { instance_id: instanceId }, signal }))
  const tasks = useData(`instance ${instanceId}`, (signal) => api.get('/instances/{instance_id}', { path: { instance_id: instanceId }, signal }))
  const titles = new Map((tasks.data?.tasks ?? []).map((task) => [task.element, task.title]))
  if (problem?.status === 404) return null
  return (
    <Card title={<h2>{t('经过')}</h2>}>
      {problem && <ProblemNote problem={problem} onRetry={reload} />}
      <Timeline items={(data?.items ?? []).map((event) => ({
        key: event.seq,
        content: <><div>{saidOf(event.kind, titles.get(String(event.detail.element)) ?? '')}</div><div className="soft">{event.actor_name} <span className="number">{formatMoment(event.at)}</span></div></>,
      }))} />
    </Card>
  )
}
