import { Input } from 'antd'
import { useState } from 'react'
import { formatMoment } from '../../kernel/dates'
import { addressOf, api, type Answer } from '../../kernel/http'
import { t } from '../../kernel/i18n'
import { DataTable, type Column } from '../../desk/parts/DataTable'
import { Page } from '../../desk/parts/Page'

type Deed = Answer<'/audit'>['items'][number]

function columnsOf(): Column<Deed>[] {
  return [
    { key: 'at', title: t('时间'), render: (_, one) => <span className="number">{formatMoment(one.at)}</span> },
    { key: 'who', title: t('何人'), dataIndex: 'actor_name' },
    { key: 'what', title: t('何事'), dataIndex: 'what' },
    { key: 'subject', title: t('对象'), render: (_, one) => one.subject ?? '—' },
    { key: 'sealed', title: t('封存号'), align: 'right', render: (_, one) => <span className="number">{one.sealed_no ?? '—'}</span> },
  ]
}

/** Who did what and when; rows cannot be changed. */
export default function AuditPage() {
  const [text, setText] = useState('')
  const query = text ? { text } : {}
  return (
    <Page title={t('审计查询')} hint={t('每一次办理都留痕，留痕不能修改。')}>
      <DataTable<Deed>
        name="audit" caption={t('审计查询')} query={query} columns={columnsOf()} rowKey={(one) => one.id}
        read={(page, signal) => api.get('/audit', { query: { ...query, ...page }, signal })}
        filters={<Input.Search className="filter meeting-search" allowClear aria-label={t('按内容查找')} placeholder={t('按内容查找')} onSearch={(said) => { setText(said.trim()) }} />}
        exportHref={addressOf('/audit', {}, { ...query, format: 'xlsx' })} empty={t('没有这样的记录。换一个词再查。')}
      />
    </Page>
  )
}
