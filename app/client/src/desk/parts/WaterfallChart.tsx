import { lazy, Suspense } from 'react'
import { t } from '../../kernel/i18n'
import { formatYuan, toFen } from '../../kernel/money'
import { palette } from '../theme'
import { Loading } from './Loading'

const Chart = lazy(() => import('./Chart'))

export interface Rung {
  kind: 'total' | 'payer' | 'self_paid' | 'subsidy' | 'left'
  name: string
  amount: string
  /** What is left below this rung. */
  stands_at: string
}

const COLOURS: Record<Rung['kind'], string> = {
  total: palette.ink, payer: palette.calm, self_paid: palette.brick, subsidy: palette.good, left: palette.brick,
}
/** Only the length of a bar: pictures may round, the figures beside them may not. */
const length = (yuan: string): number => Math.max(0, Number(yuan))
const floats = (rung: Rung): boolean => rung.kind === 'payer' || rung.kind === 'subsidy'

/** What a year of illness cost, and who has paid which part of it: each bar begins where the last one ended. */
export function WaterfallChart({ rungs }: { rungs: Rung[] }) {
  const shown = rungs.filter((rung) => !floats(rung) || toFen(rung.amount) !== 0n)
  const label = shown.map((rung) => `${rung.name} ${formatYuan(rung.amount)}`).join('，')
  const option = {
    grid: { left: 8, right: 96, top: 4, bottom: 4, containLabel: true },
    xAxis: { type: 'value', show: false },
    yAxis: {
      type: 'category', inverse: true, data: shown.map((rung) => rung.name),
      axisTick: { show: false }, axisLine: { show: false }, axisLabel: { color: palette.ink },
    },
    series: [
      { type: 'bar', stack: 'all', silent: true, itemStyle: { color: 'transparent' }, data: shown.map((rung) => (floats(rung) ? length(rung.stands_at) : 0)) },
      {
        type: 'bar', stack: 'all', barMaxWidth: 20,
        data: shown.map((rung) => ({ value: length(rung.amount), itemStyle: { color: COLOURS[rung.kind] } })),
        label: { show: true, position: 'right', color: palette.ink, formatter: ({ dataIndex }: { dataIndex: number }) => formatYuan(shown[dataIndex]?.amount) },
      },
    ],
    tooltip: { show: false },
  }
  return (
    <Suspense fallback={<Loading />}>
      <Chart option={option} height={shown.length * 30 + 12} label={t('费用阶梯图：{words}', { words: label })} />
    </Suspense>
  )
}

