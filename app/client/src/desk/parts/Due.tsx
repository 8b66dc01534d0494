import { Tooltip } from 'antd'
import { daysUntil, dueWords, formatMoment } from '../../kernel/dates'

interface Props {
  due: string | null
  /** What the server says; red only when somebody must act. */
  overdue?: boolean
  workingDaysLate?: number | null
}

/** When something is due, in words; the exact moment on hover. */
export function Due({ due, overdue, workingDaysLate }: Props) {
  const late = overdue ?? (due !== null && daysUntil(due) < 0)
  return (
    <Tooltip title={due ? formatMoment(due) : ''}>
      <span className={late ? 'late' : ''}>{dueWords(due, workingDaysLate)}</span>
    </Tooltip>
  )
}
