import { Card, Descriptions } from 'antd'
import { formatMoment } from '../../kernel/dates'
import { t } from '../../kernel/i18n'
import { Due } from '../../desk/parts/Due'
import type { OneTask } from './TaskPage'

/** When it came, when it is due, on whose desk it lies. */
export function TaskFacts({ task }: { task: OneTask }) {
  const items = [
    { key: 'due', label: t('期限'), children: task.state === 'open' ? <Due due={task.due_at} overdue={task.overdue} /> : t('已办结') },
    { key: 'unit', label: t('承办单位'), children: task.fallback ? t('{unit}（代办：原单位没有人）', { unit: task.unit.name }) : task.unit.name },
    { key: 'person', label: t('承办人'), children: task.assignee?.name ?? t('无人领取') },
    ...(task.delegator ? [{ key: 'delegator', label: t('委托人'), children: task.delegator.name }] : []),
    { key: 'received', label: t('收到'), children: <span className="number">{formatMoment(task.received_at)}</span> },
    ...(task.changed_by ? [{ key: 'changed', label: t('最近变动'), children: `${task.changed_by.name ?? ''} ${formatMoment(task.changed_at)}` }] : []),
    ...(task.documentation ? [{ key: 'source', label: t('依据'), children: task.documentation }] : []),
  ]
  return <Card><Descriptions column={1} size="small" items={items} /></Card>
}
