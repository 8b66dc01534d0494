import type { ReactNode } from 'react'
import { t } from '../../kernel/i18n'

export interface Step {
  name: string
  state: 'done' | 'now' | 'ahead'
  /** "412 人", "已报 9 / 11". */
  count?: ReactNode
  late?: number
}

/** The five steps of a round as a picture with counts. */
export function StepsBar({ steps }: { steps: Step[] }) {
  return (
    <ol className="steps" aria-label={t('五个步骤')}>
      {steps.map((step) => (
        <li key={step.name} className={`step step-${step.state}`} aria-current={step.state === 'now' ? 'step' : undefined}>
          <div className="step-name">{t(step.name)}{step.state === 'done' && <span aria-label={t('已完成')}> ✓</span>}</div>
          <div className="step-count soft">
            {step.count}
            {step.late ? <span className="late"> · {t('{n} 项逾期', { n: step.late })}</span> : null}
          </div>
        </li>
      ))}
    </ol>
  )
}
