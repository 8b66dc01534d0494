import { Alert, Card } from 'antd'
import { Link } from 'react-router'
import { t } from '../../kernel/i18n'
import { formatYuan } from '../../kernel/money'
import { StepsBar, type Step } from '../../desk/parts/StepsBar'
import { pageOf } from '../../desk/opening'
import { FigureLink } from './FigureLink'
import type { RoundLine } from './useHome'

const STATES: Record<string, Step['state']> = { done: 'done', current: 'now', ahead: 'ahead' }

/** One round: its five steps with counts, each number opens into its rows. */
export function RoundCard({ line }: { line: RoundLine }) {
  const { round, shortage } = line
  const page = pageOf(`/rounds/${round.id}`)
  const name = t('{year}年度第{n}轮', { year: round.cost_year, n: round.number })
  const steps = line.steps.map((step) => ({
    name: step.name, state: STATES[step.state] ?? 'ahead',
    count: step.figures.filter((one) => one.count > 0).map((one) => <FigureLink key={one.key} figure={one} />),
  }))
  const short = shortage && shortage.missing !== '0.00'
  return (
    <Card title={<h2>{page ? <Link to={page}>{name}</Link> : name}</h2>} extra={<span className={round.stage === 'closed' ? 'soft' : 'soft wide-only'}>{round.stage === 'closed' ? t('已结束') : round.name}</span>}>
      <StepsBar steps={steps} />
      {short && (
        <Alert className="under" type="warning" showIcon title={t('按拟定标准需要 {a} 元，基金可用 {b} 元，缺 {c} 元。请在会议前调整标准或筹措资金。', {
          a: formatYuan(shortage.wanted), b: formatYuan(shortage.available), c: formatYuan(shortage.missing) })} />
      )}
    </Card>
  )
}
