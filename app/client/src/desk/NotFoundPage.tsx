import { Button, Result } from 'antd'
import { Link } from 'react-router'
import { t } from '../kernel/i18n'
import { usePageTitle } from './parts/usePageTitle'

export function NotFoundPage() {
  usePageTitle(t('没有这一页'))
  return (
    <Result
      icon={<span className="big-mark" aria-hidden>？</span>}
      title={<h1>{t('没有这一页')}</h1>}
      subTitle={t('地址可能抄错了，或者这项内容已经移走。')}
      extra={<Link to="/home"><Button type="primary">{t('回到首页')}</Button></Link>}
    />
  )
}
