import { Button, Checkbox, Segmented, Select, Tag } from 'antd'
import { useState, type Key } from 'react'
import { Link, useSearchParams } from 'react-router'
import { addressOf, api, type Answer } from '../../kernel/http'
import { formatMoment } from '../../kernel/dates'
import { t } from '../../kernel/i18n'
import { useMe } from '../../kernel/session'
import { DataTable, type Column } from '../../desk/parts/DataTable'
import { Due } from '../../desk/parts/Due'
import { Page } from '../../desk/parts/Page'
import { BulkBar } from './BulkBar'
import { SavedFilters } from './SavedFilters'
import { useSubjects, type Subject } from './subjects'

export type Task = Answer<'/tasks'>['items'][number]
export interface InboxQuery {
  state: 'open' | 'completed' | 'cancelled'
  sort: 'due' | 'received' | 'priority'
  role?: string
  element?: string
  group?: string
  overdue?: boolean
  mine?: boolean
}

function readQuery(search: URLSearchParams): InboxQuery {
  const text = (name: string) => search.get(name) ?? undefined
  const state = text('state') as InboxQuery['state'] | undefined
  const sort = text('sort') as InboxQuery['sort'] | undefined
  const more = { role: text('role'), element: text('element'), group: text('group'), overdue: text('overdue') === 'true' || undefined, mine: text('mine') === 'true' || undefined }
  const given = Object.fromEntries(Object.entries(more).filter(([, value]) => value !== undefined))
  return { state: state ?? 'open', sort: sort ?? 'due', ...given }
}

export default function InboxPage() {
  const me = useMe()
  const [search, setSearch] = useSearchParams()
  const [keys, setKeys] = useState<Key[]>([])
  const [chosen, setChosen] = useState<Task[]>([])
  const [shown, setShown] = useState<Task[]>([])
  const [stamp, setStamp] = useState(0)
  const query = readQuery(search)
  const subjects = useSubjects(shown.map((task) => task.subject))
  const clear = () => {
    setKeys([])
    setChosen([])
  }
  const show = (next: InboxQuery) => {
    clear()
    const filled = Object.entries(next).filter(([, value]) => value !== undefined && value !== false && value !== '')
    setSearch(new URLSearchParams(filled.map(([name, value]) => [name, String(value)])), { replace: true })
  }
  const kinds = [...new Map(shown.map((task) => [task.element, task.title])).entries()].map(([value, label]) => ({ value, label }))
  const filters = (
    <>
      <Segmented
        aria-label={t('状态')} value={query.state} onChange={(state) => { show({ ...query, state: state as InboxQuery['state'] }) }}
        options={[{ value: 'open', label: t('待办的') }, { value: 'completed', label: t('已办的') }, { value: 'cancelled', label: t('已撤销') }]}
      />
      <Select
        aria-label={t('任务种类')} allowClear placeholder={t('全部种类')} value={query.element ?? null} options={kinds} popupMatchSelectWidth={false} className="filter"
        onChange={(element) => { show({ ...query, element: element ?? undefined } as InboxQuery) }}
      />
      {me.roles.length > 1 && (
        <Select
          aria-label={t('岗位')} allowClear placeholder={t('全部岗位')} value={query.role ?? null} popupMatchSelectWidth={false} className="filter"
          options={me.roles.map((role) => ({ value: role.id, label: t(role.name) }))} onChange={(role) => { show({ ...query, role: role ?? undefined } as InboxQuery) }}
        />
      )}
      <Checkbox checked={query.mine ?? false} onChange={(event) => { show({ ...query, mine: event.target.checked }) }}>{t('只看交给我的')}</Checkbox>
      {query.state === 'open' && <Checkbox checked={query.overdue ?? false} onChange={(event) => { show({ ...query, overdue: event.target.checked }) }}>{t('只看逾期')}</Checkbox>}
    </>
  )
  return (
    <Page title={t('待办')} hint={t('您所在单位桌上的任务，最急的在前。')}>
      <BulkBar tasks={chosen} subjects={subjects} onClear={clear} onChanged={() => { clear(); setStamp((n) => n + 1) }} />
      <DataTable<Task>
        name="inbox" caption={t('待办')} query={{ ...query }} columns={columnsFor(subjects, query.state)} rowKey={(task) => task.id} stamp={stamp}
        read={async (page, signal) => {
          const answer = await api.get('/tasks', { query: { ...query, ...page }, signal })
          setShown(answer.items)
          return answer
        }}
        filters={filters} actions={<SavedFilters<InboxQuery> query={query} onChoose={show} />}
        sort={query.sort} onSort={(sort) => { show({ ...query, sort: sort as InboxQuery['sort'] }) }}
        sorts={[{ value: 'due', label: t('按期限') }, { value: 'received', label: t('按收到时间') }, { value: 'priority', label: t('按轻重') }]}
        exportHref={addressOf('/tasks', {}, { ...query, format: 'xlsx' })}
        empty={query.state === 'open' ? t('桌上没有任务。流程走到您这里时，任务会出现在这一页。') : t('还没有这样的任务。')}
        {...(query.state === 'open' ? { selection: { keys, onChange: (next: Key[], rows: Task[]) => { setKeys(next); setChosen(rows) } } } : {})}
      />
    </Page>
  )
}

function columnsFor(subjects: Map<string, Subject>, state: InboxQuery['state']): Column<Task>[] {
  const open = state === 'open'
  return [
    {
      key: 'subject', title: t('对象'), render: (_, task) => {
        const known = subjects.get(task.subject)
        return <Link to={`/tasks/${task.id}`}><strong>{known?.name ?? '…'}</strong></Link>
      },
    },
    { key: 'detail', title: t('说明'), render: (_, task) => <span className="soft">{subjects.get(task.subject)?.detail}</span> },
    { key: 'title', title: t('任务'), render: (_, task) => <Link to={`/tasks/${task.id}`}>{task.title}</Link> },
    {
      key: 'due', title: open ? t('期限') : t('办结时间'),
      render: (_, task) => open ? <Due due={task.due_at} overdue={task.overdue} /> : <span className="number">{formatMoment(task.changed_at)}</span>,
    },
    { key: 'holder', title: open ? t('在谁手里') : t('经办人'), render: (_, task) => holderOf(task, open) },
    { key: 'received', title: t('收到'), render: (_, task) => <span className="number">{formatMoment(task.received_at)}</span> },
    { key: 'marks', title: t('标记'), render: (_, task) => (
      <>
        {task.has_draft && <Tag>{t('有草稿')}</Tag>}
        {task.reminded && <Tag color="gold">{t('已催办')}</Tag>}
        {task.fallback && <Tag>{t('代办')}</Tag>}
      </>
    ) },
    ...(open ? [{ key: 'open', title: '', align: 'right' as const, render: (_: unknown, task: Task) => <Link to={`/tasks/${task.id}`}><Button size="small">{t('打开')}</Button></Link> }] : []),
  ]
}

function holderOf(task: Task, open: boolean): string {
  const person = open ? task.assignee?.name : task.changed_by?.name
  return person ?? t('{unit}（无人领取）', { unit: task.unit.name })
}
