import { InboxOutlined } from '@ant-design/icons'
import type { PageRoute } from '../../desk/routes'

export const routes: PageRoute[] = [
  {
    path: '/tasks',
    load: () => import('./InboxPage'),
    menu: { label: '待办', icon: <InboxOutlined />, group: '办理', order: 2 },
  },
  { path: '/tasks/:taskId', load: () => import('./TaskPage') },
]
