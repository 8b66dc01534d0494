import { useSyncExternalStore } from 'react'
import { t } from '../kernel/i18n'
import { Problem } from '../kernel/problem'
import { listDrafts, type Draft } from './store/drafts'
import { countUnsent, dropLoosePhotos, filesIn, listItems, listPhotos, openItem, tidy, unsentOfOthers, type Content, type Item, type Photo } from './store/outbox'
import { forgetSheet, forgetWork, keepMe, keepSheet, readMe, readOffset, readSheet } from './store/sheet'
import { isStorageFull } from './store/db'
import { fetchSheet, logIn, logOut, net, onOffset, whoAmI } from './sync/net'
import { pauseAfter, Sender } from './sync/sender'
import type { Me, Scheme, Sheet, Visit } from './types'

const EVERY = 30_000
const REFRESH = 60_000

export interface Snapshot {
  ready: boolean
  me: Me | null
  expired: boolean
  online: boolean
  sending: boolean
  offset: number | null
  sheet: Sheet | null
  sheetAt: number | null
  items: Item[]
  photos: Photo[]
  labels: Record<string, Pick<Content, 'about' | 'result'>>
  drafts: Draft[]
  othersUnsent: number
  full: boolean
  newVersion: boolean
}

const EMPTY: Snapshot = {
  ready: false, me: null, expired: false, online: true, sending: false, offset: null, sheet: null, sheetAt: null,
  items: [], photos: [], labels: {}, drafts: [], othersUnsent: 0, full: false, newVersion: false,
}

/** Everything the pages show; the only one who talks to store and network. */
class PhoneState {
  snapshot: Snapshot = EMPTY
  private readonly listeners = new Set<() => void>()
  private sender: Sender | null = null
  private timer: ReturnType<typeof setTimeout> | undefined
  private refreshedAt = 0

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  private become(change: Partial<Snapshot>): void {
    this.snapshot = { ...this.snapshot, ...change }
    this.listeners.forEach((tell) => { tell() })
  }

  /** What is on the phone is shown first; the network is asked afterwards. */
  async start(): Promise<void> {
    onOffset((offset) => { this.become({ offset, online: true }) })
    this.become({ online: navigator.onLine, offset: await readOffset() })
    const me = await readMe()
    if (me) await this.enter(me)
    else this.become({ othersUnsent: await unsentOfOthers(null) })
    this.become({ ready: true })
    window.addEventListener('online', () => { this.wake(true) })
    window.addEventListener('offline', () => { this.become({ online: false }) })
    window.addEventListener('focus', () => { this.wake(false) })
    document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible') this.wake(false) })
    this.wake(true)
  }

  private async enter(me: Me): Promise<void> {
    this.sender = new Sender(me.id, net, () => this.snapshot.offset, () => { void this.reload() })
    const kept = await readSheet(me.id)
    this.become({ me, sheet: kept?.sheet ?? null, sheetAt: kept?.at ?? null })
    await tidy(me.id)
    await this.reload()
    await dropLoosePhotos(me.id, this.snapshot.drafts.flatMap((draft) => filesIn(draft.form)))
  }

  /** Outbox and drafts as they stand on disk. */
  async reload(): Promise<void> {
    const me = this.snapshot.me
    if (!me) return
    const [items, photos, drafts, othersUnsent] = await Promise.all([listItems(me.id), listPhotos(me.id), listDrafts(me.id), unsentOfOthers(me.id)])
    const labels = { ...this.snapshot.labels }
    for (const item of items) {
      if (!labels[item.id]) labels[item.id] = await openItem(item).then(({ about, result }) => ({ about, result }))
    }
    this.become({ items, photos, labels, drafts, othersUnsent })
  }

  /** On return, on focus and on a timer: send what waits, then ask for what is new. */
  wake(now: boolean): void {
    if (!this.snapshot.me) return
    clearTimeout(this.timer)
    this.timer = setTimeout(() => { void this.sync() }, now ? 0 : 300)
  }

  async sync(): Promise<void> {
    const { me } = this.snapshot
    if (!me || !this.sender) return
    let pause = EVERY
    try {
      if (!this.snapshot.expired) await this.exchange(this.sender)
      if (this.sender.failures) pause = Math.min(pause, pauseAfter(this.sender.failures))
    } catch (failed) {
      this.failed(failed)
    }
    clearTimeout(this.timer)
    this.timer = setTimeout(() => { void this.sync() }, pause)
  }

  private async exchange(sender: Sender): Promise<void> {
    const waiting = this.snapshot.items.some((item) => item.state === 'waiting')
    this.become({ sending: waiting })
    const ended = waiting ? await sender.run() : 'empty'
    await this.reload()
    this.become({ sending: false })
    if (ended === 'expired') this.become({ expired: true })
    if (ended === 'offline') this.become({ online: navigator.onLine && sender.failures < 1 })
    if (ended === 'empty') await this.refresh(waiting)
  }

  /** The newest visits; a broken line leaves those that are here. */
  async refresh(force: boolean): Promise<void> {
    const { me } = this.snapshot
    if (!me || (!force && Date.now() - this.refreshedAt < REFRESH && this.snapshot.sheet)) return
    const kept = await readSheet(me.id)
    try {
      const fetched = await fetchSheet(kept?.etag ?? null)
      this.refreshedAt = Date.now()
      const sheet = fetched?.sheet ?? kept?.sheet ?? null
      if (sheet) await keepSheet(me.id, sheet, fetched ? fetched.etag : (kept?.etag ?? null), this.refreshedAt)
      this.become({ sheet, sheetAt: this.refreshedAt, online: true, expired: false })
    } catch (failed) {
      this.failed(failed)
    }
  }

  failed(failed: unknown): void {
    if (isStorageFull(failed)) this.become({ full: true, sending: false })
    else if (failed instanceof Problem && failed.status === 401) this.become({ expired: true, sending: false })
    else if (failed instanceof Problem) this.become({ online: failed.status !== 0 && this.snapshot.online, sending: false })
    else throw failed
  }

  /** A log-in after an expired session keeps everything; another person's log-in closes the visits of the one before. */
  async logIn(login: string, password: string): Promise<void> {
    const me = await logIn(login, password)
    const before = this.snapshot.me
    if (before && before.id !== me.id) await forgetSheet(before.id)
    await keepMe(me)
    this.become({ expired: false, online: true, items: [], photos: [], drafts: [] })
    await this.enter(me)
    await navigator.storage.persist()
    await this.refresh(true)
    this.wake(true)
  }

  /** `give up` also destroys what was not sent; otherwise it waits, sealed, for the same person's next log-in. */
  async logOut(unsent: 'keep' | 'give up'): Promise<void> {
    const { me } = this.snapshot
    if (!me) return
    await forgetSheet(me.id)
    if (unsent === 'give up' || !(await countUnsent(me.id)) && !this.snapshot.drafts.length) await forgetWork(me.id)
    await keepMe(null)
    clearTimeout(this.timer)
    this.sender = null
    await logOut().catch((failed: unknown) => {
      if (!(failed instanceof Problem)) throw failed // offline: the cookie dies by itself, the data are gone already
    })
    this.become({ ...EMPTY, ready: true, online: this.snapshot.online, othersUnsent: await unsentOfOthers(null) })
  }

  async stillLoggedIn(): Promise<boolean> {
    try {
      return (await whoAmI()).id === this.snapshot.me?.id
    } catch (failed) {
      return failed instanceof Problem && failed.status === 0
    }
  }

  tellFull(error: unknown): void {
    if (isStorageFull(error)) this.become({ full: true })
    else throw error
  }

  notFull(): void {
    this.become({ full: false })
  }

  tellNewVersion(): void {
    this.become({ newVersion: true })
  }
}

export const phone = new PhoneState()

export function usePhone(): Snapshot {
  return useSyncExternalStore(phone.subscribe, () => phone.snapshot)
}

export function visitOf(snapshot: Snapshot, taskId: number): { visit: Visit; scheme: Scheme } | null {
  const visit = snapshot.sheet?.visits.find((one) => one.task_id === taskId)
  const scheme = visit && (snapshot.sheet?.schemes[visit.scheme] as Scheme | undefined)
  return visit && scheme ? { visit, scheme } : null
}

/** none | draft | waiting (grey tick) | sent (green tick) | refused | note. */
export type Mark = 'none' | 'draft' | 'waiting' | 'sent' | 'refused' | 'note'
export function markOf(snapshot: Snapshot, taskId: number): Mark {
  const item = snapshot.items.filter((one) => one.taskId === taskId).at(-1)
  if (snapshot.drafts.some((draft) => draft.taskId === taskId)) return 'draft'
  return item ? item.state : 'none'
}

/** "手机时间慢了 12 分钟" when it matters; null when the clock is right or was never compared. */
export function clockWords(offset: number | null): string | null {
  if (offset === null || Math.abs(offset) < 5 * 60_000) return null
  const minutes = Math.round(Math.abs(offset) / 60_000)
  return offset > 0
    ? t('手机时间慢了 {n} 分钟，填报已按服务器时间校正', { n: minutes })
    : t('手机时间快了 {n} 分钟，填报已按服务器时间校正', { n: minutes })
}
