import { Alert, Button, Empty, Popconfirm } from 'antd'
import { useMemo, useState } from 'react'
import { Link, useParams } from 'react-router'
import { useAction, useData } from '../../api/hooks'
import { addressOf, api, type Answer } from '../../kernel/http'
import { formatMoment } from '../../kernel/dates'
import { t } from '../../kernel/i18n'
import { formatYuan } from '../../kernel/money'
import { Loading } from '../../desk/parts/Loading'
import { Page } from '../../desk/parts/Page'
import { ProblemNote } from '../../desk/parts/ProblemNote'
import { useTold } from '../../desk/parts/useTold'
import { columnTotal, findAmountFault, tidyAmount } from './sheet'
import { TallyGrid } from './TallyGrid'
import { readSheet, useSheet, type SheetData } from './useSheet'

type Request = Answer<'/tally-requests/{request_id}'>

/** A member unit says what it paid to each person asked about. */
export default function TallyPage() {
  const requestId = Number(useParams().requestId)
  const { data, problem, reload } = useData(`tally ${requestId}`, async (signal) => {
    const request = await api.get('/tally-requests/{request_id}', { path: { request_id: requestId }, signal })
    const sheet = await readSheet(requestId, request.payers ?? [], signal)
    const inbox = await api.get('/tasks', { query: { limit: 200 }, signal })
    return { request, sheet, task: inbox.items.find((one) => one.subject === `tally_request:${requestId}`) }
  })
  if (problem) return <Page title={t('填报')}><ProblemNote problem={problem} onRetry={reload} /></Page>
  if (!data) return <Loading />
  return <OpenTally key={data.sheet.version} request={data.request} sheet={data.sheet} taskId={data.task?.id} reload={reload} />
}

function OpenTally({ request, sheet, taskId, reload }: { request: Request; sheet: SheetData; taskId: number | undefined; reload: () => void }) {
  const requestId = request.id ?? 0
  const payers = request.payers ?? []
  const { cells, change, undo, redo, refused, saved, problem } = useSheet(requestId, payers, sheet)
  const [at, setAt] = useState({ row: 0, column: 0 })
  const told = useTold()
  const nil = useAction((key) => api.post('/tally-requests/{request_id}/nil', { key, path: { request_id: requestId } }))
  const faults = useMemo(() => {
    const words = { not_an_amount: t('不是金额，请只填数字'), negative_amount: t('金额不能为负数'), too_many_places: t('金额最多两位小数') }
    const typed = cells.flatMap((row, n) => payers.flatMap((_, column) => {
      const fault = findAmountFault(row[column] ?? '')
      return fault ? [[`${n} ${column}`, words[fault]] as const] : []
    }))
    return new Map([...refused, ...typed])
  }, [cells, refused]) // eslint-disable-line react-hooks/exhaustive-deps -- the payers of a request never change
  const readOnly = request.state === 'consolidated' || request.state === 'waived'
  const headings = [...(payers.length === 1 ? [t('发放金额（元）')] : payers.map((payer) => t('发放金额（元）·{payer}', { payer }))), t('备注')]
  const states = { clean: '', waiting: t('正在保存…'), saved: t('已保存'), failed: t('没有存上，请检查网络；再改一格会重试。'), conflict: t('别人改过这张表，请读取最新内容。') }
  const declare = async (): Promise<void> => {
    if (!await nil.run()) return
    told.done(t('已零申报'))
    reload()
  }
  return (
    <Page
      title={t('{unit}填报', { unit: request.unit_name ?? '' })}
      hint={t('请在 {due} 前填写对名单上 {n} 人实际发放的金额；没有发放的留空。', { due: formatMoment(request.due_at ?? null), n: sheet.people.length })}
      actions={(
        <>
          <Button href={addressOf('/tally-requests/{request_id}/template.xlsx', { request_id: requestId })}>{t('下载模板')}</Button>
          {request.state === 'open' && (
            <Popconfirm title={t('将为 {n} 人申报“均无发放”。汇总前仍可更正。', { n: sheet.people.length })} onConfirm={() => void declare()}>
              <Button loading={nil.busy}>{t('无可填报（零申报）')}</Button>
            </Popconfirm>
          )}
          {taskId !== undefined && <Link to={`/tasks/${taskId}`}><Button type="primary" disabled={faults.size > 0 || saved === 'waiting'}>{t('核对并提交')}</Button></Link>}
        </>
      )}
    >
      {readOnly && <Alert type="info" showIcon title={t('医保局已汇总，不能再改。')} />}
      {(request.state === 'filed' || request.state === 'nil') && <Alert type="success" showIcon title={t('已提交。汇总前可以直接在表内更正，改动立即生效。')} />}
      {nil.problem && <ProblemNote problem={nil.problem} />}
      {problem && <ProblemNote problem={problem} onRetry={reload} />}
      {faults.size > 0 && (
        <Alert type="error" showIcon role="alert" title={t('有 {n} 处要更正', { n: faults.size })} description={(
          <ul className="faults">{[...faults].slice(0, 8).map(([key, message]) => {
            const [row = 0, column = 0] = key.split(' ').map(Number)
            return <li key={key}><Button type="link" size="small" onClick={() => { setAt({ row, column }) }}>{t('第 {n} 行 {name}', { n: row + 1, name: sheet.people[row]?.name ?? '' })}</Button>{message}</li>
          })}</ul>
        )} />
      )}
      <p className="soft" role="status">{states[saved]}</p>
      {sheet.people.length === 0
        ? <Empty description={t('医保局发出填报名单后，名单上的人会出现在这里。')} />
        : (
          <TallyGrid
            people={sheet.people} cells={cells} headings={headings} faults={faults} readOnly={readOnly} at={at} onAt={setAt} onChange={change} onUndo={undo} onRedo={redo}
            totals={[...payers.map((_, column) => formatYuan(columnTotal(cells, column))), '']} tidy={(column, text) => (column < payers.length ? tidyAmount(text) : text.trim())}
          />
        )}
    </Page>
  )
}
