import { Card, Empty } from 'antd'
import { Link } from 'react-router'
import { t } from '../../kernel/i18n'
import { pageOf } from '../../desk/opening'
import type { Home } from './useHome'

/** What waits on my desks, a line a kind of task, the late ones first. */
export function WaitingList({ waiting }: { waiting: Home['waiting'] }) {
  return (
    <Card title={<h2>{t('等我办的')}</h2>}>
      {waiting.length === 0 && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('现在没有等您办的事。流程走到您这里时会出现在这里。')} />}
      <ul className="waiting">
        {waiting.map((line) => (
          <li key={`${line.process} ${line.element}`}>
            <Link to={pageOf('/tasks', line.waiting.filter.query) ?? '/tasks'}>
              <span>{line.title}</span>
              <strong className="number">{line.waiting.count}{line.waiting.capped && '+'}</strong>
            </Link>
            {line.late.count > 0 && <Link className="late" to={pageOf('/tasks', line.late.filter.query) ?? '/tasks'}>{t('逾期 {n} 项', { n: line.late.count })}</Link>}
          </li>
        ))}
      </ul>
    </Card>
  )
}
