import { Result } from 'antd'
import type { ReactNode } from 'react'
import { t } from '../kernel/i18n'
import { hasRole, useMe } from '../kernel/session'

/** Says plainly that a page belongs to others, before the server would. */
export function RolesOnly({ roles, children }: { roles: readonly string[] | undefined; children: ReactNode }) {
  const me = useMe()
  if (!roles || hasRole(me, ...roles)) return children
  return <Result status="warning" title={t('这一页不归您的岗位')} subTitle={t('如果需要查看，请联系系统管理员调整岗位。')} />
}
