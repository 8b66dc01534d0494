import { Alert, Button, Form, Input } from 'antd'
import { useState } from 'react'
import { t } from '../kernel/i18n'
import { asProblem, type Problem } from '../kernel/problem'
import { logIn } from '../kernel/session'
import { LanguageSwitch } from './LanguageSwitch'
import { usePageTitle } from './parts/usePageTitle'

interface Given {
  login: string
  password: string
}

/** Words that never tell whether the name exists, but always what to do next. */
function explain(problem: Problem): string {
  if (problem.status === 429) {
    const minutes = Math.ceil(Number(problem.more.retry_after ?? 60) / 60)
    return t('尝试次数过多，账号暂时锁定。请 {n} 分钟后再试，或请系统管理员重置密码。', { n: minutes })
  }
  if (problem.status === 401) return t('用户名或密码不对。请检查大小写；忘记密码请联系系统管理员。')
  return problem.message
}

export function LogInPage({ expired }: { expired: boolean }) {
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)
  usePageTitle(t('登录'))
  const submit = async ({ login, password }: Given): Promise<void> => {
    setBusy(true)
    setProblem(null)
    try {
      await logIn(login.trim(), password)
    } catch (refused) {
      setProblem(asProblem(refused))
      setBusy(false)
    }
  }
  return (
    <div className="log-in">
      <header className="log-in-brand">
        <img src="/icon.svg" alt="" width={44} height={44} />
        <div>
          <div className="log-in-name">{t('暖心')}</div>
          <p>{t('困难家庭高额医疗费用补助 · 从结算数据到银行回单')}</p>
        </div>
      </header>
      <main className="log-in-card">
        <h1>{t('登录')}</h1>
        {expired && !problem && (
          <Alert type="info" showIcon title={t('登录已过期。重新登录后回到刚才的页面，草稿都在。')} />
        )}
        {problem && <Alert type="error" showIcon role="alert" title={explain(problem)} />}
        <Form<Given> layout="vertical" requiredMark={false} onFinish={(given) => void submit(given)} disabled={busy}>
          <Form.Item name="login" label={t('用户名')} rules={[{ required: true, message: t('请填写用户名') }]}>
            <Input autoComplete="username" size="large" />
          </Form.Item>
          <Form.Item name="password" label={t('密码')} rules={[{ required: true, message: t('请填写密码') }]}>
            <Input.Password autoComplete="current-password" size="large" />
          </Form.Item>
          <Button type="primary" htmlType="submit" size="large" block loading={busy}>{t('登录')}</Button>
        </Form>
        <p className="soft">{t('网格员入户请用手机打开：')}<a href="/m/" style={{ textDecoration: 'underline' }}>/m/</a></p>
        <LanguageSwitch />
      </main>
    </div>
  )
}
