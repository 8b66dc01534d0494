import { Button, Card, Form, Input } from 'antd'
import { useAction } from '../../api/hooks'
import { api } from '../../kernel/http'
import { t } from '../../kernel/i18n'
import { useMe } from '../../kernel/session'
import { Page } from '../../desk/parts/Page'
import { ProblemNote } from '../../desk/parts/ProblemNote'
import { useTold } from '../../desk/parts/useTold'

interface Asked {
  old_password: string
  new_password: string
}

/** One's own account: a new password, and where programs read how to talk to the county. */
export default function ProfilePage() {
  const me = useMe()
  const told = useTold()
  const [form] = Form.useForm<Asked>()
  const change = useAction((key, body: Asked) => api.post('/me/password', { key, body }))
  const send = async (asked: Asked) => {
    if ((await change.run(asked)) === undefined) return
    form.resetFields()
    told.done(t('密码已修改'))
  }
  const needed = [{ required: true, message: t('请填写这一项') }]
  return (
    <Page title={t('我的账号')} hint={`${me.name} · ${me.login}`} actions={<a href="/api/docs">{t('接口文档')}</a>}>
      <Card title={<h2>{t('修改密码')}</h2>}>
        <Form form={form} layout="vertical" className="form-view" onFinish={(asked) => { void send(asked) }}>
          {change.problem && <ProblemNote problem={change.problem} />}
          <Form.Item name="old_password" label={t('现在的密码')} rules={needed}><Input.Password autoComplete="current-password" /></Form.Item>
          <Form.Item name="new_password" label={t('新密码')} rules={needed}><Input.Password autoComplete="new-password" /></Form.Item>
          <Button type="primary" htmlType="submit" loading={change.busy}>{t('修改密码')}</Button>
        </Form>
      </Card>
    </Page>
  )
}
