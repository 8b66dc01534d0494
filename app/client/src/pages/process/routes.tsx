import type { PageRoute } from '../../desk/routes'

export const routes: PageRoute[] = [
  {
    path: '/rounds/:roundId/process', load: () => import('./ProcessPage'),
    roles: ['administrator', 'auditor', 'civil_affairs_officer', 'finance_officer', 'fund_manager', 'meeting_secretary', 'reviewer', 'ybj_officer'],
  },
]
