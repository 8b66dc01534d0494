import { isProblem, Problem } from '../../kernel/problem'
import { t } from '../../kernel/i18n'
import { listItems, openItem, openPhoto, readPhoto, rewrite, saveItem, savePhoto, settle, type Item, type Unsent } from '../store/outbox'
import type { Net } from './net'

export const PART = 256 * 1024
const FIRST_PAUSE = 2_000
const LONGEST_PAUSE = 120_000
const MISTAKES = [400, 403, 404, 413, 415, 422]
const REFUSED_CONFLICTS = ['idempotency_key_reused', 'submission_reused', 'size_differs']
const TRY_AGAIN = ['csrf_token_wrong', 'upload_not_found', 'hash_differs', 'idempotency_key_missing']

export type Ended = 'empty' | 'offline' | 'expired' | 'busy'

/** Seconds grow with each failure in a row and differ between phones, so that they do not all come back at once. */
export function pauseAfter(failures: number, random: number = Math.random()): number {
  return Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.max(0, failures - 1)) * (0.75 + random / 2)
}

/** True when sending the same again cannot help: a person has to put it right. */
function isMistake(failed: Problem): boolean {
  const codes = [failed.code, ...failed.faults.map((fault) => fault.code)]
  if (codes.some((code) => TRY_AGAIN.includes(code))) return false
  return failed.status === 409 ? REFUSED_CONFLICTS.includes(failed.code) : MISTAKES.includes(failed.status)
}

/** Sends what waits, one thing after the other; a second call while one runs waits for the same run. */
export class Sender {
  failures = 0
  private running: Promise<Ended> | null = null
  private readonly user: number
  private readonly net: Net
  private readonly offset: () => number | null
  private readonly changed: () => void

  constructor(user: number, net: Net, offset: () => number | null, changed: () => void) {
    this.user = user
    this.net = net
    this.offset = offset
    this.changed = changed
  }

  run(): Promise<Ended> {
    this.running ??= this.alone().finally(() => {
      this.running = null
    })
    return this.running
  }

  /** Two tabs share one outbox: only one of them sends. */
  private async alone(): Promise<Ended> {
    if (!('locks' in navigator)) return this.sendAll()
    return navigator.locks.request(`nuanxin-outbox-${this.user}`, { ifAvailable: true }, (lock) => (lock ? this.sendAll() : 'busy'))
  }

  private async sendAll(): Promise<Ended> {
    for (const item of await listItems(this.user)) {
      if (item.state !== 'waiting') continue
      try {
        await this.sendOne(item)
        this.failures = 0
      } catch (failed) {
        const stop = await this.note(item, failed)
        this.changed()
        if (stop) return stop
      }
      this.changed()
    }
    return 'empty'
  }

  private async sendOne(item: Item): Promise<void> {
    for (const hash of item.files) await this.sendPhoto(item, hash)
    const content = await openItem(item)
    await saveItem({ ...item, tries: item.tries + 1, unanswered: true, error: null })
    const receipt = await this.net.submit(item.id, content.body)
    if (receipt.sha256 !== content.sha256) throw new Problem(0, 'receipt_differs', t('服务器收到的内容与手机上的不同，稍后再发'))
    const kept = { sha256: receipt.sha256, received_at: receipt.received_at, outcome: receipt.outcome, note: receipt.note }
    await settle(item, receipt.outcome === 'kept_as_note' ? 'note' : 'sent', kept)
  }

  private async sendPhoto(item: Item, hash: string): Promise<void> {
    const photo = await readPhoto(this.user, hash)
    if (!photo || photo.state === 'sent') return
    const blob = await openPhoto(this.user, hash)
    if (!blob) return
    let upload = await this.net.announce({ sha256: hash, size: photo.size, kind: photo.kind, task_id: item.taskId })
    while (upload.state !== 'done') {
      const part = await blob.slice(upload.received, upload.received + PART).arrayBuffer()
      upload = await this.net.part(upload.id, upload.received, part).catch(async (refused: unknown) => {
        if (!isProblem(refused, 'offset_wrong')) throw refused
        return { ...upload, received: Number(refused.more.received) }
      })
      await savePhoto({ ...photo, sentBytes: upload.received })
      this.changed()
    }
    if (upload.sha256 !== hash) throw new Problem(0, 'receipt_differs', t('服务器收到的照片与手机上的不同，稍后再发'))
    await savePhoto({ ...photo, state: 'sent', sentBytes: photo.size, receipt: { sha256: hash, received_at: String(upload.received_at) } })
  }

  /** What the failure means: try later, ask to log in again, or tell the person what is wrong with it. */
  private async note(item: Item, failed: unknown): Promise<Ended | null> {
    const current = (await listItems(this.user)).find((other) => other.id === item.id) ?? item
    if (!(failed instanceof Problem)) {
      await saveItem({ ...current, error: failed instanceof Error ? failed.message : String(failed) })
      throw failed
    }
    if (failed.status === 401) {
      await saveItem({ ...current, unanswered: false, error: t('登录已过期，重新登录后自动发送') })
      return 'expired'
    }
    if (failed.code === 'file_not_uploaded' || failed.faults.some((fault) => fault.code === 'file_not_uploaded')) {
      await this.sendPhotosAnew(current)
      return this.later()
    }
    if (failed.faults.some((fault) => fault.code === 'in_the_future') && (await this.setRight(current))) return null
    if (isMistake(failed)) {
      const faults = failed.faults.length ? failed.faults : [{ where: '', code: failed.code, message: failed.message }]
      await saveItem({ ...current, state: 'refused', unanswered: false, error: failed.message, faults })
      return null
    }
    await saveItem({ ...current, error: failed.message })
    return this.later()
  }

  private later(): Ended {
    this.failures += 1
    return 'offline'
  }

  private async sendPhotosAnew(item: Item): Promise<void> {
    for (const hash of item.files) {
      const photo = await readPhoto(this.user, hash)
      if (photo?.sealed) await savePhoto({ ...photo, state: 'held', sentBytes: 0, receipt: null })
    }
    await saveItem({ ...item, unanswered: false, error: t('有照片需要重传') })
  }

  /** The phone's clock was wrong when the form was closed: its own time stays on record, the visit gets the server's. */
  private async setRight(item: Item): Promise<boolean> {
    const offset = this.offset()
    const content = await openItem(item)
    const unsent = JSON.parse(content.body) as Unsent
    const visitedAt = new Date(content.startedAt + (offset ?? 0)).toISOString()
    if (offset === null || unsent.form.visited_at === visitedAt) return false
    const right = { ...unsent, form: { ...unsent.form, visited_at: visitedAt }, measured: { ...unsent.measured, clock_offset_ms: offset } }
    await saveItem({ ...(await rewrite(item, right)), unanswered: false, error: null })
    this.failures += 1
    return true
  }
}
