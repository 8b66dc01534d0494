import { t } from '../../kernel/i18n'
import { formatYuan } from '../../kernel/money'

/** 1,234.56; with `unit` the 元 behind it. */
export function Money({ yuan, unit = false }: { yuan: string | null | undefined; unit?: boolean }) {
  return <span className="number">{formatYuan(yuan)}{unit && yuan ? ` ${t('元')}` : ''}</span>
}
