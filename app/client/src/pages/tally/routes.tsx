import type { PageRoute } from '../../desk/routes'

export const routes: PageRoute[] = [
  { path: '/tallies/:requestId', load: () => import('./TallyPage'), roles: ['department_liaison', 'ybj_officer'] },
]
