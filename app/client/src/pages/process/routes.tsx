import { ApartmentOutlined } from '@ant-design/icons'
import type { PageRoute } from '../../desk/routes'

const COUNTY = ['administrator', 'auditor', 'civil_affairs_officer', 'finance_officer', 'fund_manager', 'meeting_secretary', 'reviewer', 'ybj_officer']

export const routes: PageRoute[] = [
  {
    path: '/definitions', load: () => import('./DefinitionsPage'), roles: COUNTY,
    menu: { label: '流程与决策表', icon: <ApartmentOutlined />, group: '查询', order: 8 },
  },
  { path: '/definitions/:definitionId', load: () => import('./DefinitionPage'), roles: COUNTY },
  { path: '/rounds/:roundId/process', load: () => import('./ProcessPage'), roles: COUNTY },
]
