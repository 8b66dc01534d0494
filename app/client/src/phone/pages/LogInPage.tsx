import { useState } from 'react'
import { t } from '../../kernel/i18n'
import { Problem } from '../../kernel/problem'
import { Language } from '../parts/Language'
import { phone, usePhone } from '../state'

/** Log in; after an expired session the name is filled in and nothing that waits is lost. */
export function LogInForm({ login, done }: { login?: string | undefined; done: () => void }) {
  const [name, setName] = useState(login ?? '')
  const [password, setPassword] = useState('')
  const [told, setTold] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const submit = async (): Promise<void> => {
    setBusy(true)
    setTold(null)
    try {
      await phone.logIn(name.trim(), password)
      done()
    } catch (failed) {
      if (!(failed instanceof Problem)) throw failed
      setTold(explain(failed))
    } finally {
      setBusy(false)
    }
  }
  return (
    <form onSubmit={(event) => { event.preventDefault(); void submit() }}>
      <label className="text"><span>{t('用户名')}</span><input value={name} autoComplete="username" autoCapitalize="none" required onChange={(event) => { setName(event.target.value) }} /></label>
      <label className="text"><span>{t('密码')}</span><input type="password" value={password} autoComplete="current-password" required onChange={(event) => { setPassword(event.target.value) }} /></label>
      {told && <p className="fault" role="alert">{told}</p>}
      <button type="submit" className="primary wide" disabled={busy}>{busy ? t('正在登录…') : t('登录')}</button>
    </form>
  )
}

function explain(problem: Problem): string {
  if (problem.status === 0) return t('现在没有网络。第一次登录须有网络；登录之后没有网络也能用。')
  if (problem.status === 429) return t('尝试次数过多，请 {n} 分钟后再试。', { n: Math.ceil(Number(problem.more.retry_after ?? 60) / 60) })
  if (problem.status === 401) return t('用户名或密码不对。忘记密码请联系管理员。')
  return problem.message
}

export function LogInPage() {
  const { othersUnsent } = usePhone()
  return (
    <main className="log-in">
      <div className="brand"><img src="/icon.svg" alt="" width={56} height={56} /><div><h1>{t('暖心 · 入户')}</h1><p className="soft">{t('登录一次，之后没有信号也能走访、填报、拍照。')}</p></div></div>
      {othersUnsent > 0 && <p className="notice">{t('这台手机上还有 {n} 件没发出的走访。由填的人登录后自动发送。', { n: othersUnsent })}</p>}
      <LogInForm done={() => undefined} />
      <Language />
    </main>
  )
}
