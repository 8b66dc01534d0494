import { t } from '../../kernel/i18n'
import { go } from '../routes'
import { usePhone } from '../state'
import { Icon, type IconName } from './Icon'

const TABS: [string, string, IconName][] = [['/', '走访', 'home'], ['/outbox', '待发送', 'outbox'], ['/more', '我的', 'more']]

export function Tabs({ at }: { at: string }) {
  const { items } = usePhone()
  const unsent = items.filter((item) => item.state === 'waiting' || item.state === 'refused').length
  return (
    <nav className="tabs" aria-label={t('主要页面')}>
      {TABS.map(([path, title, icon]) => (
        <button key={path} type="button" aria-current={at === path ? 'page' : undefined} onClick={() => { go(path) }}>
          <Icon name={icon} />
          <span>{t(title)}</span>
          {path === '/outbox' && unsent > 0 && <span className="badge" aria-label={t('{n} 件未发出', { n: unsent })}>{unsent}</span>}
        </button>
      ))}
    </nav>
  )
}
