import { LogoutOutlined, MenuOutlined, QuestionCircleOutlined } from '@ant-design/icons'
import { App, Button, Drawer, Grid, Layout, Menu, Tooltip, type MenuProps } from 'antd'
import { useEffect, useMemo, useRef, useState } from 'react'
import { Link, Outlet, useLocation, useNavigation } from 'react-router'
import { t } from '../kernel/i18n'
import { hasRole, logOut, useMe, type Me } from '../kernel/session'
import { asProblem } from '../kernel/problem'
import { LanguageSwitch } from './LanguageSwitch'
import { MENU_GROUPS, routes } from './routes'

/** What stays while pages come and go: skip link, menu by role, who is here, language, help, log-out. */
export function Shell() {
  const wide = Grid.useBreakpoint().lg ?? true
  const [open, setOpen] = useState(false)
  const place = useLocation()
  const main = useRef<HTMLElement>(null)
  const shown = useRef(place.pathname)
  useEffect(() => {
    if (shown.current === place.pathname) return
    shown.current = place.pathname
    setOpen(false)
    main.current?.focus({ preventScroll: true })
    window.scrollTo(0, 0)
  }, [place.pathname])
  return (
    <Layout className="shell" hasSider={wide}>
      <a className="skip" href="#main">{t('跳到正文')}</a>
      {wide && (
        <Layout.Sider width={208} className="side">
          <Brand />
          <nav aria-label={t('主菜单')}><RoleMenu /></nav>
        </Layout.Sider>
      )}
      {!wide && (
        <Drawer open={open} onClose={() => { setOpen(false) }} placement="left" size={232} className="side" title={<Brand />} styles={{ body: { padding: 0 } }}>
          <nav aria-label={t('主菜单')}><RoleMenu /></nav>
        </Drawer>
      )}
      <Layout>
        <Header onMenu={wide ? undefined : () => { setOpen(true) }} />
        <Progress />
        <main id="main" ref={main} tabIndex={-1} className="page">
          <Outlet />
        </main>
      </Layout>
    </Layout>
  )
}

function Brand() {
  return (
    <Link to="/home" className="brand">
      <img src="/icon.svg" alt="" width={26} height={26} />
      <span>{t('暖心')}</span>
    </Link>
  )
}

function Header({ onMenu }: { onMenu: (() => void) | undefined }) {
  const me = useMe()
  const { message } = App.useApp()
  const leave = () => {
    logOut().catch((failed: unknown) => message.error(asProblem(failed).message))
  }
  return (
    <Layout.Header className="head">
      {onMenu && <Button type="text" icon={<MenuOutlined />} onClick={onMenu} aria-label={t('打开菜单')} />}
      <div className="who">
        <span className="who-unit">{unitsOf(me)}</span>
        <span className="who-name">{me.name}<span className="soft">{rolesOf(me)}</span></span>
      </div>
      <LanguageSwitch />
      <Tooltip title={t('使用说明')}>
        <Link to="/guide" className="icon-link" aria-label={t('使用说明')}><QuestionCircleOutlined /></Link>
      </Tooltip>
      <Button type="text" icon={<LogoutOutlined />} onClick={leave} aria-label={t('退出')}><span className="wide-only">{t('退出')}</span></Button>
    </Layout.Header>
  )
}

function unitsOf(me: Me): string {
  return [...new Set(me.memberships.map((one) => one.unit.name))].join('、')
}

function rolesOf(me: Me): string {
  return me.roles.map((role) => t(role.name)).join('、')
}

/** A thin line while the next page is being fetched. */
function Progress() {
  const moving = useNavigation().state !== 'idle'
  return <div className={moving ? 'moving moving-on' : 'moving'} role="status">{moving && <span className="unseen">{t('正在打开…')}</span>}</div>
}

function RoleMenu() {
  const me = useMe()
  const { pathname } = useLocation()
  const items = useMemo(() => menuOf(me), [me])
  const chosen = routes.filter((one) => one.menu && `${pathname}/`.startsWith(`${one.path}/`)).map((one) => one.path)
  return <Menu theme="dark" mode="inline" items={items} selectedKeys={chosen} />
}

function menuOf(me: Me): NonNullable<MenuProps['items']> {
  const mine = routes.filter((one) => one.menu && (!one.roles || hasRole(me, ...one.roles)))
  return MENU_GROUPS.flatMap((group) => {
    const lines = mine.filter((one) => one.menu?.group === group).sort((a, b) => (a.menu?.order ?? 0) - (b.menu?.order ?? 0))
    if (lines.length === 0) return []
    const children = lines.map((one) => ({ key: one.path, icon: one.menu?.icon, label: <Link to={one.path}>{t(one.menu?.label ?? '')}</Link> }))
    return [{ key: group, type: 'group' as const, label: t(group), children }]
  })
}
