import { ScheduleOutlined } from '@ant-design/icons'
import type { PageRoute } from '../../desk/routes'

const COUNTY = ['administrator', 'auditor', 'civil_affairs_officer', 'finance_officer', 'fund_manager', 'meeting_secretary', 'reviewer', 'ybj_officer'] as const

export const routes: PageRoute[] = [
  {
    path: '/rounds', load: () => import('./RoundsPage'), roles: COUNTY,
    menu: { label: '补助轮次', icon: <ScheduleOutlined />, group: '轮次', order: 1 },
  },
  { path: '/rounds/:roundId', load: () => import('./RoundPage'), roles: COUNTY },
  { path: '/rounds/:roundId/unanswered', load: () => import('./RoundPage'), roles: COUNTY },
  { path: '/rounds/:roundId/cases', load: () => import('./CasesPage'), roles: [...COUNTY, 'township_clerk'] },
  { path: '/rounds/:roundId/tasks', load: () => import('./RoundTasksPage'), roles: COUNTY },
]
