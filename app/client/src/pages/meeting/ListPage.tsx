import { Button, Card, Popconfirm, Tag } from 'antd'
import { useState, type Key } from 'react'
import { useAction, useData } from '../../api/hooks'
import { addressOf, api, type Answer } from '../../kernel/http'
import { t } from '../../kernel/i18n'
import { formatYuan } from '../../kernel/money'
import { hasRole, useMe } from '../../kernel/session'
import { DataTable, type Column } from '../../desk/parts/DataTable'
import { Masked } from '../../desk/parts/Masked'
import { Money } from '../../desk/parts/Money'
import { ProblemNote } from '../../desk/parts/ProblemNote'
import { useTold } from '../../desk/parts/useTold'
import { BulkDecided } from './BulkDecided'
import { DecisionModal, decisionWord, type Said } from './DecisionModal'
import { ExplanationDrawer } from './ExplanationDrawer'
import { ListFilters, type ListQuery } from './ListFilters'
import { MeetingFrame, useRoundId } from './MeetingFrame'
import { Totals } from './Totals'

type Listed = Answer<'/rounds/{round_id}/amounts'>
type Line = Listed['items'][number]
type Asked = { whom: 'rows'; rows: Line[] } | { whom: 'one'; line: Line }

/** The list before the meeting: narrowed, summed, each amount explained, decided singly or together. */
export default function ListPage() {
  const roundId = useRoundId()
  const me = useMe()
  const told = useTold()
  const [query, setQuery] = useState<ListQuery>({})
  const [stamp, setStamp] = useState(0)
  const [totals, setTotals] = useState<Listed['totals'] | null>(null)
  const [open, setOpen] = useState<Line | null>(null)
  const [keys, setKeys] = useState<Key[]>([])
  const [chosen, setChosen] = useState<Line[]>([])
  const [asked, setAsked] = useState<Asked | null>(null)
  const [bulkId, setBulkId] = useState<number | null>(null)
  const path = { round_id: roundId }
  const resolutions = useData(`resolutions ${roundId}`, (signal) => api.get('/rounds/{round_id}/resolutions', { path, signal }))
  const undecided = useData(`undecided ${roundId} ${stamp}`, (signal) => api.get('/rounds/{round_id}/amounts', { path, query: { decision: ['none'], limit: 1 } as never, signal }))
  const rest = undecided.data?.totals
  const decide = useAction((key, body: Record<string, unknown>) => api.post('/rounds/{round_id}/decisions', { key, path, body: body as never }))
  const draft = (resolutions.data ?? []).some((one) => one.state !== 'sealed')
  const mayDecide = hasRole(me, 'meeting_secretary') && draft
  const send = async (body: Record<string, unknown>): Promise<void> => {
    const done = await decide.run(body)
    if (!done) return
    setAsked(null)
    if (done.bulk_id) setBulkId(done.bulk_id)
    else told.done(t('已决定'))
    setStamp((n) => n + 1)
  }
  const say = (said: Said): void => {
    if (!asked) return
    const of = (line: Line) => ({ case_id: line.case_id, ...said })
    void send(asked.whom === 'one' ? { decision: of(asked.line) } : { rows: asked.rows.map(of) })
  }
  const ask = (next: Asked): void => {
    decide.clear()
    setAsked(next)
  }
  const clear = (): void => {
    setBulkId(null)
    setKeys([])
    setChosen([])
    setStamp((n) => n + 1)
  }
  return (
    <MeetingFrame title={t('名单与决定')} hint={mayDecide ? t('点金额看它是怎么来的；勾选多行一起决定。') : t('点金额看它是怎么来的。写好决议草稿以后，会议秘书在这里逐人决定。')}>
      <Card size="small"><Totals totals={totals} /></Card>
      {decide.problem && !asked && <ProblemNote problem={decide.problem} />}
      <DataTable<Line>
        name="meeting-list" caption={t('拟补助名单')} query={{ roundId, ...query }} stamp={stamp} rowKey={(line) => line.case_id ?? 0}
        columns={columnsFor(setOpen, mayDecide ? (line) => { ask({ whom: 'one', line }) } : null)} filters={<ListFilters query={query} onChange={setQuery} />}
        read={async (page, signal) => {
          const answer = await api.get('/rounds/{round_id}/amounts', { path, query: { ...query, ...page } as never, signal })
          setTotals(answer.totals)
          return answer
        }}
        actions={mayDecide && (
          <>
            <Button disabled={chosen.length === 0} onClick={() => { ask({ whom: 'rows', rows: chosen }) }}>{t('决定所选 {n} 人', { n: chosen.length })}</Button>
            <Popconfirm
              title={t('同意本轮全部尚未决定的 {n} 人，补助合计 {sum} 元？与筛选无关。', { n: rest?.people ?? 0, sum: formatYuan(rest?.amount ?? '0.00') })}
              okText={t('同意')} cancelText={t('返回')} disabled={!rest?.people} onConfirm={() => void send({ undecided: 'approve' })}
            >
              <Button type="primary" disabled={!rest?.people} loading={decide.busy}>{t('其余全部同意')}</Button>
            </Popconfirm>
          </>
        )}
        exportHref={addressOf('/rounds/{round_id}/amounts', path, { ...query, format: 'xlsx' })}
        empty={t('没有符合条件的人员。两局提交拟定标准以后，名单出现在这里。')}
        {...(mayDecide ? { selection: { keys, onChange: (next: Key[], rows: Line[]) => { setKeys(next); setChosen(rows) } } } : {})}
      />
      <ExplanationDrawer caseId={open?.case_id ?? null} name={open?.name ?? ''} onClose={() => { setOpen(null) }} />
      {asked && (
        <DecisionModal
          title={asked.whom === 'one' ? t('{name}的决定', { name: asked.line.name ?? '' }) : t('对所选 {n} 人作同一决定', { n: asked.rows.length })}
          first="approve" busy={decide.busy} problem={decide.problem} onCancel={() => { setAsked(null) }} onSaid={say}
        />
      )}
      {bulkId !== null && <BulkDecided bulkId={bulkId} onEnd={clear} />}
    </MeetingFrame>
  )
}

function columnsFor(explain: (line: Line) => void, decide: ((line: Line) => void) | null): Column<Line>[] {
  return [
    { key: 'no', title: t('编号'), render: (_, line) => <span className="number">{line.case_no}</span> },
    { key: 'name', title: t('姓名'), render: (_, line) => <strong>{line.name}</strong> },
    { key: 'id', title: t('身份证号'), hidden: true, render: (_, line) => <Masked value={line.id_masked} /> },
    { key: 'township', title: t('乡镇（街道）'), dataIndex: 'township' },
    { key: 'categories', title: t('类别'), render: (_, line) => (line.categories ?? []).join('、') },
    { key: 'self_paid', title: t('自负（元）'), align: 'right', render: (_, line) => <Money yuan={line.self_paid} /> },
    { key: 'due', title: t('应补（元）'), align: 'right', render: (_, line) => <Money yuan={line.due} /> },
    { key: 'final', title: t('补助（元）'), align: 'right', render: (_, line) => <Button type="link" size="small" onClick={() => { explain(line) }}><Money yuan={line.final} /></Button> },
    { key: 'left', title: t('补助后自负'), align: 'right', render: (_, line) => <Money yuan={line.left_after} /> },
    {
      key: 'marks', title: t('标记'), render: (_, line) => (
        <>
          {line.differs && <Tag color="orange">{t('核实有出入')}</Tag>}
          {(line.unanswered ?? []).length > 0 && <Tag>{t('未反馈')}</Tag>}
          {line.above_line && <Tag>{t('高于化解标准')}</Tag>}
          {(line.recused ?? []).length > 0 && <Tag>{t('回避：{names}', { names: (line.recused ?? []).join('、') })}</Tag>}
        </>
      ),
    },
    {
      key: 'decision', title: t('会议意见'), render: (_, line) => {
        const word = decisionWord(line.decision?.kind)
        return decide ? <Button size="small" title={line.decision?.reason ?? ''} onClick={() => { decide(line) }}>{word}</Button> : <span title={line.decision?.reason ?? ''}>{word}</span>
      },
    },
  ]
}
