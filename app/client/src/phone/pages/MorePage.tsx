import { useState } from 'react'
import { t } from '../../kernel/i18n'
import { Bar } from '../parts/Bar'
import { Dialog } from '../parts/Dialog'
import { Icon } from '../parts/Icon'
import { Language } from '../parts/Language'
import { Tabs } from '../parts/Tabs'
import { go } from '../routes'
import { phone, usePhone } from '../state'

/** Who is logged in, the language, a short guide, and the way out. */
export function MorePage() {
  const { me, items, drafts } = usePhone()
  const [leaving, setLeaving] = useState(false)
  const unsent = items.filter((item) => item.state === 'waiting' || item.state === 'refused').length
  const leave = (what: 'keep' | 'give up'): void => {
    void phone.logOut(what).then(() => { go('/') })
  }
  return (
    <>
      <Bar title={t('我的')} />
      <main className="with-tabs">
        <section className="person"><p className="big">{me?.name}</p><p className="soft">{t('用户名 {login}', { login: me?.login ?? '' })}</p></section>
        <section aria-labelledby="guide">
          <h2 id="guide">{t('怎么用')}</h2>
          <ol className="guide">
            <li>{t('出门前打开一次，名单就在手机上，没有信号也能用。')}</li>
            <li>{t('按村走，点开一户，看县里已经知道什么，再“开始核实”，一屏一问。')}</li>
            <li>{t('没见到人：点“上门未遇”，再点提交，两下就好。')}</li>
            <li>{t('填好就提交，不用等信号。灰勾是在手机上，绿勾是县里收到了。')}</li>
            <li>{t('“未通过”的，在“待发送”里点“去改”，照着提示改。')}</li>
          </ol>
        </section>
        <div className="row spread"><Language /><button type="button" className="link late" onClick={() => { setLeaving(true) }}><Icon name="out" />{t('退出登录')}</button></div>
      </main>
      <Tabs at="/more" />
      {leaving && (
        <Dialog title={unsent || drafts.length ? t('还有没发出的走访') : t('退出登录')} close={() => { setLeaving(false) }}>
          {unsent || drafts.length ? (
            <>
              <p>{t('{n} 件没发出，{m} 份填了一半。退出后名单会从手机上抹去。', { n: unsent, m: drafts.length })}</p>
              <button type="button" className="primary wide" onClick={() => { setLeaving(false); go('/outbox') }}>{t('先去发送')}</button>
              <button type="button" className="secondary wide" onClick={() => { leave('keep') }}>{t('退出，没发出的加密留在手机上，等我下次登录再发')}</button>
              <button type="button" className="danger wide" onClick={() => { leave('give up') }}>{t('退出，放弃没发出的（无法找回）')}</button>
            </>
          ) : (
            <>
              <p>{t('名单会从手机上抹去，下次登录须有网络。')}</p>
              <button type="button" className="primary wide" onClick={() => { leave('give up') }}>{t('退出登录')}</button>
            </>
          )}
          <button type="button" className="secondary wide" onClick={() => { setLeaving(false) }}>{t('返回')}</button>
        </Dialog>
      )}
    </>
  )
}
