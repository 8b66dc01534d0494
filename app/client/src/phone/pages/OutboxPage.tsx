import { useEffect, useState } from 'react'
import { formatMoment } from '../../kernel/dates'
import { t } from '../../kernel/i18n'
import { reopen } from '../form/reopen'
import { Bar } from '../parts/Bar'
import { Mark } from '../parts/Mark'
import { Tabs } from '../parts/Tabs'
import { go } from '../routes'
import { phone, usePhone, type Snapshot } from '../state'
import type { Item } from '../store/outbox'
import { resultWords } from '../words'

const GROUPS: [Item['state'], string, string][] = [
  ['refused', '未通过，请改', ''], ['waiting', '等着发送', ''], ['note', '转给乡镇的情况说明', '您去之前，这户已由别人办结或改派。您填的没有丢。'], ['sent', '已送达', ''],
]

/** What waits, what arrived, what was refused and why. */
export function OutboxPage() {
  const snapshot = usePhone()
  const { items, online, sending } = snapshot
  const waiting = items.filter((item) => item.state === 'waiting').length
  return (
    <>
      <Bar title={t('待发送')} />
      <main className="with-tabs">
        <p className="lead">{waiting ? t('{n} 件等着发送', { n: waiting }) : t('都发出去了')}<span className="soft">{online ? (sending ? t('正在发送…') : t('已联网')) : t('离线，有信号时自动发送')}</span></p>
        {waiting > 0 && <button type="button" className="secondary wide" disabled={sending} onClick={() => { phone.wake(true) }}>{t('现在发送')}</button>}
        {!items.length && <p className="empty">{t('填好的走访先放在这里，收到服务器回执才算送达。')}</p>}
        {GROUPS.map(([state, title, help]) => {
          const shown = items.filter((item) => item.state === state).reverse()
          return shown.length > 0 && (
            <section key={state}>
              <h2 className="village">{t(title)}<span>{t('{n} 件', { n: shown.length })}</span></h2>
              {help && <p className="soft">{t(help)}</p>}
              <ul className="cards">{shown.map((item) => <Line key={item.id} item={item} snapshot={snapshot} />)}</ul>
            </section>
          )
        })}
        <Room />
      </main>
      <Tabs at="/outbox" />
    </>
  )
}

function Line({ item, snapshot }: { item: Item; snapshot: Snapshot }) {
  const label = snapshot.labels[item.id]
  const photos = snapshot.photos.filter((photo) => item.files.includes(photo.sha256))
  const sent = photos.filter((photo) => photo.state === 'sent').length
  return (
    <li className="card">
      <div className="card-main">
        <span className="card-name">{label?.about.name}</span>
        <span className="card-address">{label && resultWords(label.result)}{'\u3000'}{formatMoment(new Date(item.createdAt).toISOString()).slice(5)}</span>
        <span className="card-state">
          <Mark kind={item.state} />
          {item.state === 'waiting' && item.files.length > 0 && <span className="soft">{t('照片 {n}/{all}', { n: sent, all: item.files.length })}</span>}
          {item.receipt && <span className="soft">{t('回执 {hash}', { hash: item.receipt.sha256.slice(0, 8) })}</span>}
        </span>
        {item.state === 'waiting' && item.error && <span className="soft">{item.error}</span>}
        {item.receipt?.note && <span className="soft">{item.receipt.note.message}</span>}
        {item.state === 'refused' && <ul className="faults">{item.faults.map((fault) => <li key={fault.where + fault.code}>{fault.message}</li>)}</ul>}
      </div>
      {item.state === 'refused' && <button type="button" className="small strong" onClick={() => void reopen(item).then((task) => { go(`/visits/${task}/fill`) })}>{t('去改')}</button>}
    </li>
  )
}

/** How full the phone is, as far as the browser says. */
function Room() {
  const [room, setRoom] = useState<{ used: number; quota: number } | null>(null)
  useEffect(() => {
    void navigator.storage.estimate().then(({ usage, quota }) => { setRoom({ used: usage ?? 0, quota: quota ?? 0 }) })
  }, [])
  if (!room?.quota) return null
  return <p className="soft foot">{t('本机已用 {n} MB，可用 {all} MB', { n: Math.ceil(room.used / 1e6), all: Math.floor(room.quota / 1e6) })}</p>
}
