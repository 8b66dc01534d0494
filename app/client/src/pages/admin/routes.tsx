import { AlertOutlined, AuditOutlined, CloudUploadOutlined, IdcardOutlined, UserOutlined } from '@ant-design/icons'
import type { PageRoute } from '../../desk/routes'

const IMPORTERS = ['auditor', 'civil_affairs_officer', 'finance_officer', 'fund_manager', 'ybj_officer'] as const

export const routes: PageRoute[] = [
  { path: '/imports', load: () => import('./ImportsPage'), roles: IMPORTERS, menu: { label: '数据导入', icon: <CloudUploadOutlined />, group: '管理', order: 1 } },
  { path: '/imports/:importId', load: () => import('./ImportPage'), roles: IMPORTERS },
  { path: '/users', load: () => import('./UsersPage'), roles: ['administrator', 'auditor'], menu: { label: '用户', icon: <UserOutlined />, group: '管理', order: 2 } },
  { path: '/audit', load: () => import('./AuditPage'), roles: ['administrator', 'auditor'], menu: { label: '审计查询', icon: <AuditOutlined />, group: '管理', order: 4 } },
  { path: '/incidents', load: () => import('./IncidentsPage'), roles: ['administrator', 'auditor', 'ybj_officer'], menu: { label: '异常', icon: <AlertOutlined />, group: '管理', order: 5 } },
  { path: '/profile', load: () => import('./ProfilePage'), menu: { label: '我的账号', icon: <IdcardOutlined />, group: '管理', order: 9 } },
]
