import type { PageRoute } from '../../desk/routes'

export const routes: PageRoute[] = [{ path: '/guide', load: () => import('./GuidePage') }]
