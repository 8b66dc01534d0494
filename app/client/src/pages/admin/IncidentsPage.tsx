import { Button } from 'antd'
import { useState } from 'react'
import { useAction } from '../../api/hooks'
import { formatMoment } from '../../kernel/dates'
import { addressOf, api, type Answer } from '../../kernel/http'
import { t } from '../../kernel/i18n'
import { hasRole, useMe } from '../../kernel/session'
import { DataTable, type Column } from '../../desk/parts/DataTable'
import { Page } from '../../desk/parts/Page'
import { ProblemNote } from '../../desk/parts/ProblemNote'
import { useTold } from '../../desk/parts/useTold'

type Incident = Answer<'/incidents'>['items'][number]

/** Where the process could not go on by itself, what to do, and to try again. */
export default function IncidentsPage() {
  const told = useTold()
  const may = hasRole(useMe(), 'administrator', 'ybj_officer')
  const [stamp, setStamp] = useState(0)
  const query = { state: 'open' as const }
  const retry = useAction((key, id: number) => api.post('/incidents/{incident_id}/retry', { key, path: { incident_id: id } }))
  const press = async (id: number) => {
    if (!(await retry.run(id))) return
    told.done(t('已安排重试'))
    setStamp((n) => n + 1)
  }
  const columns: Column<Incident>[] = [
    { key: 'where', title: t('哪里'), render: (_, one) => <strong>{one.where}</strong> },
    { key: 'message', title: t('出了什么问题'), render: (_, one) => <div className="said">{one.message}</div>, width: 280 },
    { key: 'advice', title: t('怎么办'), render: (_, one) => <div className="said">{one.advice}</div>, width: 280 },
    { key: 'attempts', title: t('已试次数'), align: 'right', render: (_, one) => <span className="number">{one.attempts}</span> },
    { key: 'at', title: t('时间'), render: (_, one) => <span className="number">{formatMoment(one.at)}</span> },
    ...(may ? [{ key: 'retry', title: '', align: 'right' as const, render: (_: unknown, one: Incident) => <Button size="small" onClick={() => { void press(one.id) }}>{t('再试一次')}</Button> }] : []),
  ]
  return (
    <Page title={t('异常')} hint={t('流程自己走不下去的地方。先按“怎么办”处理，再重试。')}>
      {retry.problem && <ProblemNote problem={retry.problem} />}
      <DataTable<Incident>
        name="incidents" caption={t('异常')} query={query} columns={columns} rowKey={(one) => one.id} stamp={stamp}
        read={(page, signal) => api.get('/incidents', { query: { ...query, ...page }, signal })}
        exportHref={addressOf('/incidents', {}, { ...query, format: 'xlsx' })} empty={t('没有异常。流程停住时，原因和办法会出现在这里。')}
      />
    </Page>
  )
}
