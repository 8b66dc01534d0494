import { Button } from 'antd'
import { useState, type Key } from 'react'
import { Link, useParams, useSearchParams } from 'react-router'
import { useAction } from '../../api/hooks'
import { addressOf, api, type Answer } from '../../kernel/http'
import { t } from '../../kernel/i18n'
import { hasRole, useMe } from '../../kernel/session'
import { DataTable, type Column } from '../../desk/parts/DataTable'
import { Masked } from '../../desk/parts/Masked'
import { Money } from '../../desk/parts/Money'
import { Page } from '../../desk/parts/Page'
import { ReasonModal } from '../../desk/parts/ReasonModal'
import { useTold } from '../../desk/parts/useTold'
import { useRound } from './useRound'

type Case = Required<Answer<'/rounds/{round_id}/cases'>['items'][number]>

function columnsOf(): Column<Case>[] {
  return [
    { key: 'no', title: t('编号'), render: (_, one) => <span className="number">{one.case_no}</span> },
    { key: 'name', title: t('姓名'), render: (_, one) => <strong>{one.name}</strong> },
    { key: 'id', title: t('身份证号'), render: (_, one) => <Masked value={one.id_masked} /> },
    { key: 'categories', title: t('人员类别'), render: (_, one) => one.categories.join('、') },
    { key: 'township', title: t('乡镇（街道）'), render: (_, one) => one.township },
    { key: 'total', title: t('总费用'), align: 'right', render: (_, one) => <Money yuan={one.total_cost} /> },
    { key: 'self', title: t('自付费用'), align: 'right', render: (_, one) => <Money yuan={one.self_paid} /> },
    { key: 'reason', title: t('原因'), render: (_, one) => one.reason },
  ]
}

/** The people of a round; until the list goes out, the officer takes people off with a reason. */
export default function CasesPage() {
  const me = useMe()
  const roundId = Number(useParams().roundId)
  const [search] = useSearchParams()
  const stage = search.getAll('stage')
  const [keys, setKeys] = useState<Key[]>([])
  const [asking, setAsking] = useState(false)
  const [stamp, setStamp] = useState(0)
  const told = useTold()
  const round = useRound(roundId)
  const exclude = useAction((key, ids: number[], reason: string) => api.post('/rounds/{round_id}/exclusions', {
    key, path: { round_id: roundId }, body: { exclusions: ids.map((id) => ({ case_id: id, reason })) } }))
  const may = hasRole(me, 'ybj_officer') && round.data?.stage === 'open' && stage.length === 0
  const decide = async (reason: string) => {
    if (!(await exclude.run(keys.map(Number), reason))) return
    told.done(t('已剔除 {n} 人', { n: keys.length }))
    setAsking(false)
    setKeys([])
    setStamp((n) => n + 1)
  }
  const query = stage.length > 0 ? { stage } : {}
  return (
    <Page title={t('人员名单')} hint={round.data?.name} actions={<Link to={`/rounds/${roundId}`}>{t('回到本轮')}</Link>}>
      <DataTable<Case>
        name="cases" caption={t('人员名单')} query={{ roundId, ...query }} columns={columnsOf()} rowKey={(one) => one.id} stamp={stamp}
        read={async (page, signal) => {
          const answer = await api.get('/rounds/{round_id}/cases', { path: { round_id: roundId }, query: { ...query, ...page }, signal })
          return { items: answer.items as Case[], next: answer.next ?? null }
        }}
        actions={may && <Button disabled={keys.length === 0} onClick={() => { setAsking(true) }}>{t('剔除 {n} 人…', { n: keys.length })}</Button>}
        exportHref={addressOf('/rounds/{round_id}/cases', { round_id: roundId }, { ...query, format: 'xlsx' })}
        empty={t('没有这样的人员。统计完成后，名单会出现在这里。')}
        {...(may ? { selection: { keys, onChange: (next: Key[]) => { setKeys(next) } } } : {})}
      />
      <ReasonModal
        open={asking} title={t('剔除 {n} 人', { n: keys.length })} hint={t('这些人不再进入本轮名单，原因记入名册。')} okText={t('剔除')} busy={exclude.busy} problem={exclude.problem}
        onCancel={() => { exclude.clear(); setAsking(false) }} onReason={(reason) => { void decide(reason) }}
      />
    </Page>
  )
}
