import { useEffect, useState } from 'react'
import { t, useLanguage } from '../kernel/i18n'
import { Notices } from './parts/Bar'
import { Dialog } from './parts/Dialog'
import { FillPage } from './pages/FillPage'
import { LogInForm, LogInPage } from './pages/LogInPage'
import { MorePage } from './pages/MorePage'
import { OutboxPage } from './pages/OutboxPage'
import { VisitPage } from './pages/VisitPage'
import { VisitsPage } from './pages/VisitsPage'
import { usePath } from './routes'
import { usePhone } from './state'
import { canEncrypt } from './store/vault'
import type { Me } from './types'
import { takeOver } from './worker'

export function App() {
  useLanguage()
  const { ready, me } = usePhone()
  const [asked, setAsked] = useState(false)
  const path = usePath()
  useEffect(() => { document.title = `${t('暖心 · 入户')}${me ? ` · ${me.name}` : ''}` }, [me])
  if (!canEncrypt()) return <main className="log-in"><h1>{t('暖心 · 入户')}</h1><p>{t('手机页面须用 https:// 打开，浏览器才允许加密和离线。请向管理员要正确的地址。')}</p></main>
  if (!ready) return <main aria-busy="true" />
  if (!me) return <LogInPage />
  return (
    <>
      <Notices logIn={() => { setAsked(true) }} takeOver={takeOver} />
      <Page path={path} me={me} />
      {asked && <Dialog title={t('重新登录')} close={() => { setAsked(false) }}><LogInForm login={me.login} done={() => { setAsked(false) }} /></Dialog>}
    </>
  )
}

function Page({ path, me }: { path: string; me: Me }) {
  const visit = /^\/visits\/(\d+)(\/fill)?$/.exec(path)
  if (visit) return visit[2] ? <FillPage key={visit[1]} taskId={Number(visit[1])} me={me} /> : <VisitPage taskId={Number(visit[1])} me={me} />
  if (path === '/outbox') return <OutboxPage />
  return path === '/more' ? <MorePage /> : <VisitsPage />
}
