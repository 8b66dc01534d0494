import { Button, Input } from 'antd'
import { useState } from 'react'
import { useAction } from '../../api/hooks'
import { addressOf, api, type Answer } from '../../kernel/http'
import { t } from '../../kernel/i18n'
import { hasRole, useMe } from '../../kernel/session'
import { DataTable, type Column } from '../../desk/parts/DataTable'
import { Page } from '../../desk/parts/Page'
import { ProblemNote } from '../../desk/parts/ProblemNote'
import { useTold } from '../../desk/parts/useTold'

type User = Answer<'/users'>['items'][number]

/** Everybody who may log in, and where they serve; the administrator stops and restores accounts. */
export default function UsersPage() {
  const me = useMe()
  const told = useTold()
  const may = hasRole(me, 'administrator')
  const [q, setQ] = useState('')
  const [stamp, setStamp] = useState(0)
  const query = q ? { q } : {}
  const change = useAction((_key, id: number, state: 'active' | 'disabled') => api.patch('/users/{user_id}', { path: { user_id: id }, body: { state } }))
  const set = async (user: User, state: 'active' | 'disabled', back: boolean) => {
    if (!(await change.run(user.id, state))) return
    setStamp((n) => n + 1)
    const said = state === 'disabled' ? t('已停用{name}', { name: user.name }) : t('已启用{name}', { name: user.name })
    told.done(said, back ? () => { void set(user, state === 'disabled' ? 'active' : 'disabled', false) } : undefined)
  }
  const button = (user: User) => (user.state === 'active'
    ? <Button size="small" disabled={user.id === me.id} onClick={() => { void set(user, 'disabled', true) }}>{t('停用')}</Button>
    : <Button size="small" onClick={() => { void set(user, 'active', true) }}>{t('启用')}</Button>)
  const columns: Column<User>[] = [
    { key: 'name', title: t('姓名'), render: (_, user) => <strong>{user.name}</strong> },
    { key: 'login', title: t('用户名'), dataIndex: 'login' },
    { key: 'units', title: t('单位'), render: (_, user) => [...new Set(user.memberships.map((one) => one.unit.name))].join('、') || '—' },
    { key: 'state', title: t('状态'), render: (_, user) => (user.state === 'active' ? t('在用') : t('已停用')) },
    ...(may ? [{ key: 'act', title: '', align: 'right' as const, render: (_: unknown, user: User) => button(user) }] : []),
  ]
  return (
    <Page title={t('用户')} hint={t('停用后立即不能登录，已办的事仍在他名下。')}>
      {change.problem && <ProblemNote problem={change.problem} />}
      <DataTable<User>
        name="users" caption={t('用户')} query={query} columns={columns} rowKey={(user) => user.id} stamp={stamp}
        read={(page, signal) => api.get('/users', { query: { ...query, ...page }, signal })}
        filters={<Input.Search className="filter meeting-search" allowClear aria-label={t('按姓名或用户名查找')} placeholder={t('按姓名或用户名查找')} onSearch={(said) => { setQ(said.trim()) }} />}
        exportHref={addressOf('/users', {}, { ...query, format: 'xlsx' })} empty={t('没有这样的用户。')}
      />
    </Page>
  )
}
