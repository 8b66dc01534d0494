import { lazy, Suspense } from 'react'
import { t } from '../../kernel/i18n'
import { formatYuan, sumYuan, toFen, fromFen } from '../../kernel/money'
import { palette } from '../theme'
import { Loading } from './Loading'

const Chart = lazy(() => import('./Chart'))

export interface WaterfallStep {
  name: string
  /** Taken off what is left of the total. */
  amount: string
}
interface Props {
  total: string
  totalName: string
  restName: string
  steps: WaterfallStep[]
}

/** Fen as yuan for the height of a bar; pictures may round, figures beside them may not. */
const height = (yuan: string): number => Number(yuan)

/** What a year of illness cost, and who has paid which part of it: each bar begins where the last one ended. */
export function WaterfallChart({ total, totalName, restName, steps }: Props) {
  const rest = fromFen(toFen(total) - toFen(sumYuan(steps.map((step) => step.amount))))
  const names = [totalName, ...steps.map((step) => step.name), restName]
  const values = [total, ...steps.map((step) => step.amount), rest]
  const floors = ['0', ...steps.map((_, n) => fromFen(toFen(total) - toFen(sumYuan(steps.slice(0, n + 1).map((step) => step.amount))))), '0']
  const label = names.map((name, n) => `${name} ${formatYuan(values[n])}`).join('，')
  const colours = [palette.ink, ...steps.map(() => palette.calm), palette.brick]
  const option = {
    grid: { left: 8, right: 96, top: 4, bottom: 4, containLabel: true },
    xAxis: { type: 'value', show: false },
    yAxis: { type: 'category', inverse: true, data: names, axisTick: { show: false }, axisLine: { show: false }, axisLabel: { color: palette.ink } },
    series: [
      { type: 'bar', stack: 'all', silent: true, itemStyle: { color: 'transparent' }, data: floors.map((floor) => Math.max(0, height(floor))) },
      {
        type: 'bar', stack: 'all', barMaxWidth: 20,
        data: values.map((value, n) => ({ value: Math.max(0, height(value)), itemStyle: { color: colours[n] } })),
        label: { show: true, position: 'right', color: palette.ink, formatter: ({ dataIndex }: { dataIndex: number }) => formatYuan(values[dataIndex]) },
      },
    ],
    tooltip: { show: false },
  }
  return (
    <Suspense fallback={<Loading />}>
      <Chart option={option} height={names.length * 30 + 12} label={t('费用阶梯图：{words}', { words: label })} />
    </Suspense>
  )
}
