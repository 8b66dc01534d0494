import { Alert, Button } from 'antd'
import { t } from '../../kernel/i18n'
import type { Problem } from '../../kernel/problem'

interface Props {
  problem: Problem
  onRetry?: () => void
}

/** What went wrong and what to do, with every fault and its place. */
export function ProblemNote({ problem, onRetry }: Props) {
  const { faults } = problem
  const list = faults.length > 0 && (
    <ul className="faults">
      {faults.slice(0, 30).map((fault, n) => (
        <li key={n}>{fault.where && !fault.where.startsWith('/') ? `${fault.where}：` : ''}{fault.message}</li>
      ))}
      {faults.length > 30 && <li>{t('还有 {n} 处', { n: faults.length - 30 })}</li>}
    </ul>
  )
  const action = onRetry && <Button size="small" onClick={onRetry}>{t('重试')}</Button>
  return <Alert type={problem.status === 0 ? 'warning' : 'error'} showIcon role="alert" title={problem.message} description={list} action={action} />
}
