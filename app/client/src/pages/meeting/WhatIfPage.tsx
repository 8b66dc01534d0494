import { Alert, Button, Card, Slider, Table } from 'antd'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useData } from '../../api/hooks'
import { api, newKey } from '../../kernel/http'
import { t } from '../../kernel/i18n'
import { formatYuan } from '../../kernel/money'
import { Loading } from '../../desk/parts/Loading'
import { Money } from '../../desk/parts/Money'
import { ProblemNote } from '../../desk/parts/ProblemNote'
import { MeetingFrame, useRoundId } from './MeetingFrame'

const Chart = lazy(() => import('../../desk/parts/Chart'))

interface Candidate { name: string; threshold?: string; ratio?: string; cap?: string; solve?: string }
type Solvable = 'threshold' | 'ratio' | 'cap'
const FIRST = { threshold: 10000, ratio: 60, cap: 20000 }
/** Only the length of a bar; the figures beside it stay as the server wrote them. */
const length = (yuan: string | undefined): number => Number(yuan ?? '0')

function candidateOf(name: string, set: typeof FIRST, solve?: Solvable): Candidate {
  const all = { threshold: `${set.threshold}.00`, ratio: `0.${String(set.ratio).padStart(2, '0')}`, cap: `${set.cap}.00` }
  if (set.ratio === 100) all.ratio = '1'
  if (!solve) return { name, ...all }
  return { name, solve, ...Object.fromEntries(Object.entries(all).filter(([key]) => key !== solve)) }
}

/** Other standards tried on the list: sliders, several side by side, the value that spends the fund. Nothing is stored. */
export default function WhatIfPage() {
  const roundId = useRoundId()
  const [set, setSet] = useState(FIRST)
  const [asked, setAsked] = useState(FIRST)
  const [kept, setKept] = useState<Candidate[]>([])
  useEffect(() => {
    const pause = setTimeout(() => { setAsked(set) }, 250)
    return () => { clearTimeout(pause) }
  }, [set])
  const candidates = [candidateOf(t('滑块'), asked), ...kept]
  const { data, problem, loading, reload } = useData(JSON.stringify([roundId, candidates]), (signal) =>
    api.post('/rounds/{round_id}/what-if', { key: newKey(), signal, path: { round_id: roundId }, body: { candidates, rows: 10 } as never }))
  const now = data?.candidates?.[0]
  const keep = (one: Candidate): void => { setKept((before) => [...before.filter((other) => other.name !== one.name), one].slice(-6)) }
  const solves: [Solvable, string][] = [['ratio', t('把钱用足：求比例')], ['threshold', t('把钱用足：求起付线')], ['cap', t('把钱用足：求封顶')]]
  const trials = [...(data?.base ? [data.base] : []), ...(data?.candidates ?? [])]
  const slider = (key: Solvable, label: string, min: number, max: number, step: number, unit: string) => (
    <div>
      <span>{label} <strong className="number">{set[key]} {unit}</strong></span>
      <Slider ariaLabelForHandle={label} min={min} max={max} step={step} value={set[key]} onChange={(value: number) => { setSet((before) => ({ ...before, [key]: value })) }} />
    </div>
  )
  return (
    <MeetingFrame title={t('测算')} hint={t('拖动滑块看要花多少钱；只是试算，不改变本轮的任何数。')}>
      {problem && <ProblemNote problem={problem} onRetry={reload} />}
      <div className="grid-2 grid-what-if">
        <Card size="small" loading={!data && loading}>
          <div className="totals" role="status" aria-busy={loading}>
            <div>{t('可用额度（元）')}<div className="figure-large"><Money yuan={data?.available} /></div></div>
            <div>{t('按标准需要（元）')}<div className="figure-large"><Money yuan={now?.fund?.need} /></div></div>
            <div>{t('实际补助（元）')}<div className="figure-large"><Money yuan={now?.fund?.total} /></div></div>
            <div>{t('余额（元）')}<div className="figure-large"><Money yuan={now?.fund?.left} /></div></div>
          </div>
          {now?.fund?.short && now.fund.short !== '0.00' && <Alert className="under" type="warning" showIcon title={t('按此标准缺 {c} 元，{rule}。', { c: formatYuan(now.fund.short), rule: now.shortfall_words ?? '' })} />}
        </Card>
        <Card size="small">
          {slider('threshold', t('起付线'), 0, 50000, 500, t('元'))}
          {slider('ratio', t('比例'), 1, 100, 1, '%')}
          {slider('cap', t('封顶'), 1000, 100000, 1000, t('元'))}
          <div className="bar">
            <Button type="primary" onClick={() => { keep(candidateOf(t('起付{a} 比例{b}% 封顶{c}', { a: set.threshold, b: set.ratio, c: set.cap }), set)) }}>{t('留作比较')}</Button>
            {solves.map(([what, label]) => <Button key={what} onClick={() => { keep(candidateOf(label, set, what)) }}>{label}</Button>)}
            {kept.length > 0 && <Button type="text" onClick={() => { setKept([]) }}>{t('清空比较')}</Button>}
          </div>
        </Card>
      </div>
      <Card size="small" title={<h2>{t('方案比较')}</h2>}>
        <Table
          size="small" pagination={false} scroll={{ x: 'max-content' }} dataSource={trials.map((one, n) => ({ ...one, n }))} rowKey="n" columns={[
            { title: t('方案'), dataIndex: 'name' },
            { title: t('标准'), render: (_, one) => <span>{String(one.standard?.words ?? '')}{one.solved && <div className="good">{one.solved.words}</div>}</span>, width: 340 },
            { title: t('受益人数'), align: 'right', render: (_, one) => one.sizes?.people },
            { title: t('需要（元）'), align: 'right', render: (_, one) => <Money yuan={one.fund?.need} /> },
            { title: t('实际（元）'), align: 'right', render: (_, one) => <Money yuan={one.fund?.total} /> },
            { title: t('余额（元）'), align: 'right', render: (_, one) => <Money yuan={one.fund?.left} /> },
            { title: t('仍高于化解标准'), align: 'right', render: (_, one) => one.above_line?.people },
          ]}
        />
      </Card>
      <div className="grid-what-if-charts">
        <Groups title={t('按金额')} groups={now?.by_band ?? []} />
        <Groups title={t('按类别')} groups={now?.by_category ?? []} />
        <Groups title={t('按乡镇')} groups={now?.by_township ?? []} />
      </div>
    </MeetingFrame>
  )
}

function Groups({ title, groups }: { title: string; groups: { name?: string; amount?: string; people?: number }[] }) {
  const option = {
    grid: { left: 8, right: 110, top: 4, bottom: 4, containLabel: true },
    xAxis: { type: 'value', show: false },
    yAxis: { type: 'category', inverse: true, data: groups.map((one) => one.name), axisTick: { show: false }, axisLabel: { width: 130, overflow: 'truncate' } },
    series: [{ type: 'bar', barMaxWidth: 16, data: groups.map((one) => length(one.amount)), label: { show: true, position: 'right', formatter: ({ dataIndex }: { dataIndex: number }) => `${formatYuan(groups[dataIndex]?.amount)}` } }],
    tooltip: { show: false },
  }
  const words = groups.map((one) => `${one.name ?? ''} ${one.people ?? 0} ${formatYuan(one.amount)}`).join('，')
  return <Card size="small" title={<h2>{title}</h2>}><Suspense fallback={<Loading />}><Chart option={option} height={Math.max(groups.length, 3) * 26 + 12} label={`${title}：${words}`} /></Suspense></Card>
}
