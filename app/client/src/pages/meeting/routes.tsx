import { TeamOutlined } from '@ant-design/icons'
import type { PageRoute } from '../../desk/routes'

const roles = ['meeting_secretary', 'ybj_officer', 'civil_affairs_officer', 'finance_officer', 'fund_manager', 'reviewer', 'auditor']

export const routes: PageRoute[] = [
  { path: '/meetings', load: () => import('./MeetingsPage'), roles, menu: { label: '专班会议', icon: <TeamOutlined />, group: '轮次', order: 5 } },
  { path: '/rounds/:roundId/meeting', load: () => import('./ListPage'), roles },
  { path: '/rounds/:roundId/what-if', load: () => import('./WhatIfPage'), roles },
]
