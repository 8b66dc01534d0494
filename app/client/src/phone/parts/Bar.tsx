import { t } from '../../kernel/i18n'
import { clockWords, usePhone } from '../state'
import { go } from '../routes'
import { Icon } from './Icon'

/** Top of every page: the way back, what it is, and whether anybody hears us. */
export function Bar({ title, back }: { title: string; back?: string }) {
  const { online, me } = usePhone()
  return (
    <header className="bar">
      {back !== undefined && (
        <button type="button" className="bar-back" onClick={() => { go(back) }} aria-label={t('返回')}><Icon name="back" /></button>
      )}
      <h1>{title}</h1>
      {me && !online && <span className="chip offline" role="status"><Icon name="cloud" size={18} />{t('离线')}</span>}
    </header>
  )
}

/** What the person has to know wherever they are: expired, full, wrong clock, new version. */
export function Notices({ logIn, takeOver }: { logIn: () => void; takeOver: () => void }) {
  const { expired, full, offset, newVersion, me } = usePhone()
  const clock = clockWords(offset)
  return (
    <div role="status">
      {me && expired && (
        <div className="notice late">
          <p>{t('登录已过期。填好的都在手机上，重新登录后自动发送。')}</p>
          <button type="button" className="small" onClick={logIn}>{t('重新登录')}</button>
        </div>
      )}
      {full && (
        <div className="notice late">
          <p>{t('手机存储已满，刚才的内容没有存下。请先联网发送，或删去手机里别的东西，再回来继续。')}</p>
          <button type="button" className="small" onClick={() => { go('/outbox') }}>{t('去发送')}</button>
        </div>
      )}
      {clock && <div className="notice"><p>{clock}</p></div>}
      {newVersion && (
        <div className="notice">
          <p>{t('有新版本。填了一半的会保留。')}</p>
          <button type="button" className="small" onClick={takeOver}>{t('现在更新')}</button>
        </div>
      )}
    </div>
  )
}
