import { Button, Card, Empty, Table } from 'antd'
import { useState } from 'react'
import { useAction } from '../../api/hooks'
import { formatMoment } from '../../kernel/dates'
import { api } from '../../kernel/http'
import { t } from '../../kernel/i18n'
import { hasRole, useMe } from '../../kernel/session'
import { Due } from '../../desk/parts/Due'
import { ProblemNote } from '../../desk/parts/ProblemNote'
import { ReasonModal } from '../../desk/parts/ReasonModal'
import { useTold } from '../../desk/parts/useTold'
import { askedWords, tallyWords } from './stages'
import type { Tally } from './useRound'

interface Asked {
  tally: Tally
  what: 'waive' | 'reopen'
}

/** Who has delivered and who owes; remind, go on without, or ask again. */
export function TalliesTable({ tallies, onChanged }: { tallies: Tally[]; onChanged: () => void }) {
  const officer = hasRole(useMe(), 'ybj_officer')
  const told = useTold()
  const [asked, setAsked] = useState<Asked | null>(null)
  const remind = useAction((key, tally: Tally) => api.post('/tally-requests/{request_id}/remind', { key, path: { request_id: tally.id } }))
  const answer = useAction((key, { tally, what }: Asked, reason: string) => (what === 'waive'
    ? api.post('/tally-requests/{request_id}/waive', { key, path: { request_id: tally.id }, body: { reason } })
    : api.post('/tally-requests/{request_id}/reopen', { key, path: { request_id: tally.id }, body: { reason } })))
  const pressRemind = async (tally: Tally) => {
    if (await remind.run(tally)) told.done(t('已提醒{unit}', { unit: tally.unit_name }))
  }
  const decide = async (reason: string) => {
    if (!asked || !(await answer.run(asked, reason))) return
    setAsked(null)
    onChanged()
  }
  const buttons = (tally: Tally) => {
    if (!officer) return null
    if (tally.state !== 'open') return <Button size="small" onClick={() => { setAsked({ tally, what: 'reopen' }) }}>{t('请重新核对…')}</Button>
    return (
      <div className="bar-end">
        <Button size="small" loading={remind.busy} onClick={() => { void pressRemind(tally) }}>{t('提醒')}</Button>
        <Button size="small" onClick={() => { setAsked({ tally, what: 'waive' }) }}>{t('不再等待…')}</Button>
      </div>
    )
  }
  return (
    <Card title={<h2>{t('部门填报')}</h2>}>
      {remind.problem && <ProblemNote problem={remind.problem} />}
      <Table<Tally>
        dataSource={tallies} rowKey="id" size="small" pagination={false} scroll={{ x: 'max-content' }}
        locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('还没有发出填报。初步名单确认后，各部门会出现在这里。')} /> }}
        columns={[
          { title: t('部门'), dataIndex: 'unit_name' },
          { title: t('事由'), key: 'kind', render: (_, one) => askedWords(one.kind) },
          { title: t('状态'), key: 'state', render: (_, one) => tallyWords(one.state) },
          { title: t('期限'), key: 'due', render: (_, one) => (one.state === 'open' ? <Due due={one.due_at} /> : <span className="number">{formatMoment(one.due_at)}</span>) },
          { title: t('报送时间'), key: 'filed', render: (_, one) => <span className="number">{formatMoment(one.filed_at)}</span> },
          { title: t('备注'), dataIndex: 'note' },
          { title: '', key: 'act', align: 'right', render: (_, one) => buttons(one) },
        ]}
      />
      <ReasonModal
        open={asked !== null} busy={answer.busy} problem={answer.problem} onReason={(reason) => { void decide(reason) }}
        title={asked?.what === 'waive' ? t('不再等待{unit}', { unit: asked.tally.unit_name }) : t('请{unit}重新核对', { unit: asked?.tally.unit_name ?? '' })}
        hint={asked?.what === 'waive' ? t('本轮按“未反馈”继续办理，不当作零元；名册上会写明。') : t('填报重新打开，对方会看到您写的原因。')}
        okText={asked?.what === 'waive' ? t('不再等待') : t('重新打开')} onCancel={() => { answer.clear(); setAsked(null) }}
      />
    </Card>
  )
}
