import { Spin } from 'antd'
import { t } from '../../kernel/i18n'

export function Loading() {
  return (
    <div className="centre" role="status" aria-live="polite">
      <Spin size="large" />
      <span className="soft">{t('正在打开…')}</span>
    </div>
  )
}
