import { HomeOutlined } from '@ant-design/icons'
import type { PageRoute } from '../../desk/routes'

export const routes: PageRoute[] = [
  {
    path: '/home',
    load: () => import('./HomePage'),
    menu: { label: '首页', icon: <HomeOutlined />, group: '办理', order: 1 },
  },
]
