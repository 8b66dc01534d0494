import type { Answer } from '../../kernel/http'
import { t } from '../../kernel/i18n'
import { Money } from '../../desk/parts/Money'

/** The sums of all rows of the filter, whatever page is shown. */
export function Totals({ totals }: { totals: Answer<'/rounds/{round_id}/amounts'>['totals'] | null }) {
  return (
    <div className="totals" role="status">
      <div>{t('人数')}<div className="figure-large number">{totals?.people ?? '—'}</div></div>
      <div>{t('自负合计（元）')}<div className="figure-large"><Money yuan={totals?.self_paid} /></div></div>
      <div>{t('应补合计（元）')}<div className="figure-large"><Money yuan={totals?.due} /></div></div>
      <div>{t('补助合计（元）')}<div className="figure-large"><Money yuan={totals?.amount} /></div></div>
    </div>
  )
}
