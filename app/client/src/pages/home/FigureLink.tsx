import { Link } from 'react-router'
import { t } from '../../kernel/i18n'
import { pageOf } from '../../desk/opening'
import type { Figure } from './useHome'

/** A number that opens into its rows; red only when somebody must act. */
export function FigureLink({ figure, large = false }: { figure: Figure; large?: boolean }) {
  const page = pageOf(figure.filter.list, figure.filter.query)
  const number = (
    <span className={`number ${figure.alarm ? 'late' : ''} ${large ? 'figure-large' : ''}`}>{figure.count}{figure.capped && '+'}</span>
  )
  const words = <>{t(figure.name)} {number}</>
  return page && figure.count > 0 ? <Link className="figure" to={page}>{words}</Link> : <span className="figure">{words}</span>
}
