import { Button, Result } from 'antd'
import { useRouteError } from 'react-router'
import { t } from '../kernel/i18n'

/** A page that fell over, or a chunk that an update has replaced: both are mended by loading anew. */
export function BrokenPage() {
  const failed = useRouteError()
  const updated = failed instanceof TypeError && /import|module/i.test(failed.message)
  return (
    <Result
      status="warning"
      title={updated ? t('系统刚刚更新') : t('这一页出错了')}
      subTitle={updated ? t('请刷新页面，继续使用新版本。已保存的草稿不会丢失。') : t('请刷新重试；如果仍然出错，请把下面这行字告诉管理员。')}
      extra={<Button type="primary" onClick={() => { window.location.reload() }}>{t('刷新页面')}</Button>}
    >
      {!updated && <code>{failed instanceof Error ? failed.message : String(failed)}</code>}
    </Result>
  )
}
