import { Card, Empty, Select, Table } from 'antd'
import { useMemo, useState } from 'react'
import { Link, useNavigate, useParams } from 'react-router'
import { useData, useRepeat } from '../../api/hooks'
import { api, type Answer } from '../../kernel/http'
import { t } from '../../kernel/i18n'
import { Loading } from '../../desk/parts/Loading'
import { Page } from '../../desk/parts/Page'
import { ProblemNote } from '../../desk/parts/ProblemNote'
import { Diagram } from './Diagram'

type Process = Answer<'/rounds/{round_id}/board'>['processes'][number]
type Line = Process['elements'][number]

/** A round on its diagrams: what stands where, what is late, and how long each step takes. */
export default function ProcessPage() {
  const roundId = Number(useParams().roundId)
  const go = useNavigate()
  const [chosen, setChosen] = useState<string>()
  const board = useData(`board ${roundId}`, (signal) => api.get('/rounds/{round_id}/board', { path: { round_id: roundId }, signal }))
  useRepeat(true, 30, board.reload)
  const shown = board.data?.processes.find((one) => one.definition_id === chosen) ?? board.data?.processes[0]
  const id = shown?.definition_id
  const drawing = useData(id && `definition ${id}`, (signal) => api.get('/definitions/{definition_id}', { path: { definition_id: id ?? '' }, signal }))
  const marks = useMemo(() => shown?.elements ?? [], [shown])
  const open = (element: string) => {
    if (marks.some((one) => one.element === element)) void go(`/rounds/${roundId}/tasks?element=${encodeURIComponent(element)}`)
  }
  return (
    <Page title={t('流程图')} hint={t('数字是停在这一步的件数，红色表示有逾期；点一个步骤看它的任务。')} actions={<Link to={`/rounds/${roundId}`}>{t('回到本轮')}</Link>}>
      {board.problem && <ProblemNote problem={board.problem} onRetry={board.reload} />}
      {drawing.problem && <ProblemNote problem={drawing.problem} onRetry={drawing.reload} />}
      {board.data && !shown && <Empty description={t('本轮还没有流程。开启后会出现在这里。')} />}
      {shown && (
        <>
          <Select
            aria-label={t('流程')} value={shown.definition_id} onChange={setChosen} popupMatchSelectWidth={false} className="filter"
            options={board.data?.processes.map((one) => ({ value: one.definition_id, label: t('{name} 第{v}版：进行 {a}，结束 {b}', { name: one.process_key, v: one.version, a: one.running, b: one.ended }) }))}
          />
          {drawing.data?.id === shown.definition_id ? <Diagram xml={drawing.data.diagram} marks={marks} onChoose={open} /> : !drawing.problem && <Loading />}
          <StepTable roundId={roundId} lines={shown.elements} />
        </>
      )}
      {!board.data && !board.problem && <Loading />}
    </Page>
  )
}

function StepTable({ roundId, lines }: { roundId: number; lines: Line[] }) {
  return (
    <Card title={<h2>{t('各步骤用时')}</h2>}>
      <Table<Line>
        dataSource={lines} rowKey="element" size="small" pagination={false} scroll={{ x: 'max-content' }}
        columns={[
          { title: t('步骤'), dataIndex: 'title' },
          { title: t('待办'), key: 'open', align: 'right', render: (_, one) => (one.open ? <Link to={`/rounds/${roundId}/tasks?element=${one.element}`}>{one.open}</Link> : 0) },
          { title: t('逾期'), key: 'late', align: 'right', render: (_, one) => (one.overdue ? <Link className="late" to={`/rounds/${roundId}/tasks?element=${one.element}&overdue=true`}>{one.overdue}</Link> : 0) },
          { title: t('办结'), dataIndex: 'done', align: 'right' },
          { title: t('一般用时（工作日）'), key: 'median', align: 'right', render: (_, one) => one.spent?.median ?? '—' },
          { title: t('最长（工作日）'), key: 'longest', align: 'right', render: (_, one) => one.spent?.longest ?? '—' },
        ]}
      />
    </Card>
  )
}
