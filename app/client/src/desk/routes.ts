import type { ComponentType, ReactNode } from 'react'

/** One page of the desk; rooms hand theirs over in `src/pages/<room>/routes.tsx`, nothing else needs to be told. */
export interface PageRoute {
  path: string
  /** A chunk of its own: `() => import('./TasksPage')`. */
  load: () => Promise<{ default: ComponentType }>
  /** Who may open it; everybody when left out. The server decides again. */
  roles?: readonly string[]
  /** A line in the menu; pages without one are reached from others. `label` is a Chinese sentence for `t`. */
  menu?: { label: string; icon: ReactNode; group: MenuGroup; order: number }
}

export const MENU_GROUPS = ['办理', '轮次', '资金', '查询', '管理', '说明'] as const
export type MenuGroup = (typeof MENU_GROUPS)[number]

const rooms = import.meta.glob<{ routes: PageRoute[] }>('../pages/*/routes.tsx', { eager: true })
const words = import.meta.glob<{ words: Record<string, string> }>(['../pages/*/en.ts', './en.ts'], { eager: true })

export const routes: PageRoute[] = Object.values(rooms).flatMap((room) => room.routes)
export const roomWords: Record<string, string>[] = Object.values(words).map((room) => room.words)
