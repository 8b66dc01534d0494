import { Card } from 'antd'
import { Link } from 'react-router'
import { t } from '../../kernel/i18n'
import { hasRole, useMe, type Me } from '../../kernel/session'
import { routes } from '../../desk/routes'
import { Page } from '../../desk/parts/Page'
import { allGuides, type Guide, type Step } from './guides'
import './help.css'

/** How to do one's part: the guide of one's own roles first, open; the others below. */
export default function GuidePage() {
  const me = useMe()
  const guides = allGuides()
  const mine = guides.filter((one) => hasRole(me, one.role))
  const others = guides.filter((one) => !mine.includes(one))
  return (
    <Page title={t('使用说明')} hint={t('五步：统计、填报、核实、会议、发放。先看您自己的岗位，别的岗位在下面。')}>
      {mine.map((one) => <Card key={one.role} title={<h2>{roleName(one.role)}</h2>}><Steps guide={one} me={me} /></Card>)}
      <EveryPage />
      <Card title={<h2>{t('别的岗位')}</h2>}>
        {others.map((one) => (
          <details key={one.role} className="guide-other">
            <summary>{roleName(one.role)}<span className="soft">{one.aim}</span></summary>
            <Steps guide={one} me={me} />
          </details>
        ))}
      </Card>
    </Page>
  )
}

function Steps({ guide, me }: { guide: Guide; me: Me }) {
  return (
    <>
      <p className="soft guide-aim">{guide.aim}</p>
      <ol className="guide-steps">
        {guide.steps.map((step) => <li key={step.text}>{step.text} {step.to && <Way to={step.to} me={me} />}</li>)}
      </ol>
    </>
  )
}

/** A link only where there is a page, and only for those who may open it. */
function Way({ to, me }: { to: NonNullable<Step['to']>; me: Me }) {
  if (to === '/m/') return <a href="/m/">{t('打开手机页面')}</a>
  const page = routes.find((one) => one.path === to)
  if (!page?.menu || (page.roles && !hasRole(me, ...page.roles))) return null
  return <Link to={to}>{t('去“{page}”', { page: t(page.menu.label) })}</Link>
}

function EveryPage() {
  return (
    <Card title={<h2>{t('每一页都一样')}</h2>}>
      <ul className="guide-steps">
        <li>{t('首页和轮次上的数字都能点开，看到是哪些行。')}</li>
        <li>{t('列表按当前筛选导出 Excel；证件号和账号只显示头尾。')}</li>
        <li>{t('红色只表示有人必须处理。')}</li>
        <li>{t('网断了重新提交，不会办两次；没交的草稿都在。')}</li>
      </ul>
    </Card>
  )
}

function roleName(role: string): string {
  const names: Record<string, string> = {
    grid_worker: t('网格员'), township_clerk: t('乡镇（街道）经办'), department_liaison: t('部门联络员'), hospital_desk: t('医院医保办'),
    ybj_officer: t('医保局经办'), civil_affairs_officer: t('民政局经办'), meeting_secretary: t('会议秘书'), fund_manager: t('基金管理'),
    reviewer: t('审核人'), finance_officer: t('财政经办'), auditor: t('审计'), administrator: t('系统管理员'),
  }
  return names[role] ?? role
}
