import { useState } from 'react'
import { daysUntil, dueWords, formatMoment } from '../../kernel/dates'
import { t } from '../../kernel/i18n'
import { villageOf } from '../form/submit'
import { Bar } from '../parts/Bar'
import { Icon } from '../parts/Icon'
import { Mark } from '../parts/Mark'
import { Tabs } from '../parts/Tabs'
import { go } from '../routes'
import { markOf, usePhone, type Snapshot } from '../state'
import type { Visit } from '../types'
import { resultWords } from '../words'

interface Line {
  key: string
  village: string
  name: string
  address: string
  visit: Visit | null
  taskId: number
  result: string | null
}

/** Open visits in walking order, and with them what was done on this phone and has left the list by now. */
function linesOf(snapshot: Snapshot): Line[] {
  const open: Line[] = (snapshot.sheet?.visits ?? []).map((visit) => ({
    key: `v${visit.task_id}`, village: villageOf(visit.area), name: visit.name, address: visit.address, visit, taskId: visit.task_id, result: null,
  }))
  const listed = new Set(open.map((line) => line.taskId))
  const done = snapshot.items.filter((item) => !listed.has(item.taskId)).map((item): Line => {
    const label = snapshot.labels[item.id]
    return { key: item.id, village: label?.about.village ?? '', name: label?.about.name ?? '', address: label?.about.address ?? '', visit: null, taskId: item.taskId, result: label?.result ?? null }
  })
  const drafts = snapshot.drafts.filter((draft) => !listed.has(draft.taskId)).map((draft): Line => ({
    key: `d${draft.taskId}`, village: villageOf(draft.visit.area), name: draft.visit.name, address: draft.visit.address, visit: draft.visit, taskId: draft.taskId, result: null,
  }))
  return [...open, ...drafts, ...done]
}

export function VisitsPage() {
  const snapshot = usePhone()
  const [sought, setSought] = useState('')
  const all = linesOf(snapshot)
  const left = all.filter((line) => line.visit && !['waiting', 'sent', 'note'].includes(markOf(snapshot, line.taskId))).length
  const lines = all.filter((line) => `${line.name}${line.address}${line.village}`.includes(sought.trim()))
  const villages = [...new Set(lines.map((line) => line.village))]
  return (
    <>
      <Bar title={t('今天的走访')} />
      <main className="with-tabs">
        <p className="lead">{left ? t('还有 {n} 户', { n: left }) : t('都走完了')}{snapshot.sheetAt && <span className="soft">{t('名单更新于 {when}', { when: formatMoment(new Date(snapshot.sheetAt).toISOString()).slice(5) })}</span>}</p>
        <label className="search"><Icon name="search" /><input type="search" value={sought} placeholder={t('找姓名、村、地址')} aria-label={t('找姓名、村、地址')} onChange={(event) => { setSought(event.target.value) }} /></label>
        {snapshot.sheet === null && <p className="empty">{snapshot.online ? t('正在取名单…') : t('还没有取过名单，连上网后自动取来。')}</p>}
        {snapshot.sheet && !all.length && <p className="empty">{t('没有派给您的走访。民政局派发后，这里按村列出要去的人家。')}</p>}
        {all.length > 0 && !lines.length && <p className="empty">{t('没有找到“{what}”', { what: sought })}</p>}
        {villages.map((village) => (
          <section key={village} aria-label={village}>
            <h2 className="village">{village}<span>{t('{n} 户', { n: lines.filter((line) => line.village === village).length })}</span></h2>
            <ul className="cards">{lines.filter((line) => line.village === village).map((line) => <Card key={line.key} line={line} snapshot={snapshot} />)}</ul>
          </section>
        ))}
      </main>
      <Tabs at="/" />
    </>
  )
}

function Card({ line, snapshot }: { line: Line; snapshot: Snapshot }) {
  const { visit } = line
  const mark = markOf(snapshot, line.taskId)
  const open = visit && mark !== 'waiting' && mark !== 'sent' && mark !== 'note'
  const late = visit?.due_at && daysUntil(visit.due_at) < 0
  const place = visit?.attempts.findLast((attempt) => attempt.place)?.place as { lat: string; lng: string } | undefined
  const head = (
    <>
      <span className="card-name">{line.name}</span>
      <span className="card-address">{visit ? [visit.area.grid, visit.institution].filter(Boolean).join(' ') || line.address : line.address}</span>
      <span className="card-state">
        {open && mark === 'none' && <span className={late ? 'late' : 'soft'}>{dueWords(visit.due_at)}</span>}
        {open && visit.attempts.length > 0 && mark === 'none' && <span className="soft">{t('去过 {n} 次', { n: visit.attempts.length })}</span>}
        {!open && line.result && <span className="soft">{resultWords(line.result)}</span>}
        <Mark kind={mark} />
      </span>
    </>
  )
  if (!visit || !open) return <li className="card done"><div className="card-main">{head}</div></li>
  return (
    <li className="card">
      <button type="button" className="card-main" onClick={() => { go(`/visits/${visit.task_id}`) }}>{head}</button>
      <div className="card-side">
        {visit.phone && <a className="round" href={`tel:${visit.phone}`} aria-label={t('打电话给{name}', { name: visit.name })}><Icon name="phone" /></a>}
        <a className="round" href={mapAddress(visit, place)} aria-label={t('导航到{name}家', { name: visit.name })}><Icon name="map" /></a>
      </div>
    </li>
  )
}

/** Where somebody has stood at that door before, otherwise the words of the address: the phone's own map opens. */
export function mapAddress(visit: Visit, place?: { lat: string; lng: string }): string {
  return place ? `geo:${place.lat},${place.lng}?q=${place.lat},${place.lng}` : `geo:0,0?q=${encodeURIComponent(visit.address)}`
}
