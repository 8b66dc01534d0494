import { Button } from 'antd'
import type { ReactNode } from 'react'
import { NavLink, useParams } from 'react-router'
import { useData } from '../../api/hooks'
import { addressOf, api } from '../../kernel/http'
import { t } from '../../kernel/i18n'
import { Page } from '../../desk/parts/Page'

/** Number of the round in the address. */
export function useRoundId(): number {
  return Number(useParams().roundId)
}

/** What the meeting's pages share: the round's name, the ways between them, the papers for the members. */
export function MeetingFrame({ title, hint, children }: { title: string; hint: string; children: ReactNode }) {
  const roundId = useRoundId()
  const { data } = useData(`round ${roundId}`, (signal) => api.get('/rounds/{round_id}', { path: { round_id: roundId }, signal }))
  const name = data ? t('{year}年度第{n}轮', { year: data.cost_year ?? '', n: data.number ?? '' }) : ''
  const path = { round_id: roundId }
  return (
    <Page
      title={name ? `${name} · ${title}` : title} hint={hint} actions={(
        <>
          <Button href={addressOf('/rounds/{round_id}/agenda.docx', path)}>{t('议程材料')}</Button>
          <Button href={addressOf('/rounds/{round_id}/handout.xlsx', path)}>{t('脱敏名单')}</Button>
        </>
      )}
    >
      <nav className="bar meeting-ways" aria-label={t('会议页面')}>
        <NavLink to={`/rounds/${roundId}/meeting`}>{t('名单与决定')}</NavLink>
        <NavLink to={`/rounds/${roundId}/what-if`}>{t('测算')}</NavLink>
      </nav>
      {children}
    </Page>
  )
}
