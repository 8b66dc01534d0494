import { useState } from 'react'
import { dueWords, formatDate, formatMoment } from '../../kernel/dates'
import { t } from '../../kernel/i18n'
import { formatYuan } from '../../kernel/money'
import { notHomeDraft, submitDraft } from '../form/submit'
import { Bar } from '../parts/Bar'
import { Dialog } from '../parts/Dialog'
import { Icon } from '../parts/Icon'
import { go } from '../routes'
import { markOf, phone, usePhone, visitOf } from '../state'
import type { Me } from '../types'
import { resultWords } from '../words'
import { findPlace } from '../device/place'
import { mapAddress } from './VisitsPage'

/** Who is next, and everything the county knows already. */
export function VisitPage({ taskId, me }: { taskId: number; me: Me }) {
  const snapshot = usePhone()
  const [asking, setAsking] = useState(false)
  const draft = snapshot.drafts.find((one) => one.taskId === taskId)
  const found = visitOf(snapshot, taskId) ?? draft
  const mark = markOf(snapshot, taskId)
  if (!found) return <><Bar title={t('核实')} back="/" /><main><p className="empty">{t('这户不在您的名单里。可能已由同事办结或改派；您填过的不会丢，会转给乡镇。')}</p></main></>
  const { visit, scheme } = found
  const notHome = async (): Promise<void> => {
    const place = await Promise.race([findPlace(), new Promise<null>((resolve) => { setTimeout(() => { resolve(null) }, 1500) })])
    try {
      await submitDraft(me.id, notHomeDraft(visit, scheme, place), phone.snapshot.offset)
    } catch (failed) {
      phone.tellFull(failed)
      return
    }
    await phone.reload()
    phone.wake(true)
    go('/')
  }
  return (
    <>
      <Bar title={visit.name} back="/" />
      <main className="visit">
        <section className="person">
          <p>{visit.address}</p>
          <p className="soft">{t('身份证')} {visit.id_masked}{'\u3000'}{dueWords(visit.due_at)}（{formatDate(visit.due_at)}）</p>
          <div className="row">
            {visit.phone && <a className="button" href={`tel:${visit.phone}`}><Icon name="phone" />{t('打电话')}</a>}
            <a className="button" href={mapAddress(visit)}><Icon name="map" />{t('导航')}</a>
            <a className="button" href={`/api/v1/tasks/${visit.task_id}/paper.html`} target="_blank" rel="noreferrer"><Icon name="paper" />{t('纸质表')}</a>
          </div>
          {visit.deceased && <p className="notice">{t('登记为已去世')}</p>}
        </section>
        <section aria-labelledby="known">
          <h2 id="known">{t('县里已经知道的')}</h2>
          <table className="known-amounts">
            <tbody>
              <tr><th scope="row">{t('年度医疗总费用')}</th><td>{formatYuan(visit.total_cost)}</td></tr>
              {visit.amounts.map((row) => <tr key={row.payer}><th scope="row">{row.name}</th><td>{formatYuan(row.amount)}</td></tr>)}
              {visit.self_paid !== null && <tr className="sum"><th scope="row">{t('个人自负')}</th><td>{formatYuan(visit.self_paid)}</td></tr>}
            </tbody>
          </table>
          <p>{visit.payee ? t('收款：{name} {account} {bank}', { name: visit.payee.name ?? '', account: visit.payee.account ?? '', bank: visit.payee.bank ?? '' }) : t('还没有收款账户')}</p>
        </section>
        {visit.attempts.length > 0 && (
          <section aria-labelledby="before">
            <h2 id="before">{t('以前去过')}</h2>
            <ul className="plain">{visit.attempts.map((attempt) => <li key={attempt.attempt}>{formatMoment(attempt.visited_at)}{'\u3000'}{resultWords(attempt.result)}{attempt.note && `\u3000${attempt.note}`}</li>)}</ul>
          </section>
        )}
      </main>
      {(mark === 'none' || mark === 'draft' || mark === 'refused') && (
        <footer className="actions">
          <button type="button" className="secondary" onClick={() => { setAsking(true) }}>{t('上门未遇')}</button>
          <button type="button" className="primary" onClick={() => { go(`/visits/${taskId}/fill`) }}>{draft ? t('接着填') : t('开始核实')}</button>
        </footer>
      )}
      {asking && (
        <Dialog title={t('没有见到{name}？', { name: visit.name })} close={() => { setAsking(false) }}>
          <p>{draft ? t('会记下一次“上门未遇”，填了一半的内容不再保留。') : t('会记下一次“上门未遇”，改日再去。')}</p>
          <button type="button" className="primary wide" onClick={() => void notHome()}>{t('提交上门未遇')}</button>
          <button type="button" className="secondary wide" onClick={() => { setAsking(false) }}>{t('返回')}</button>
        </Dialog>
      )}
    </>
  )
}
