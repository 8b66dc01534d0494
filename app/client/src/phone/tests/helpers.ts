import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { Problem } from '../../kernel/problem'
import type { Draft } from '../store/drafts'
import { closeDatabase } from '../store/db'
import { forgetHeldKeys, sha256 } from '../store/vault'
import type { Net, Receipt, UploadState } from '../sync/net'
import type { Scheme, Visit, VisitForm } from '../types'

/** A phone fresh from the shop. */
export async function freshPhone(): Promise<void> {
  await closeDatabase()
  forgetHeldKeys()
  globalThis.indexedDB = new IDBFactory()
}

/** The page was closed and opened again: memory is gone, the disk is not. */
export async function reopenPage(): Promise<void> {
  await closeDatabase()
  forgetHeldKeys()
}

export const scheme: Scheme = {
  name: '嵊州', second_visitor: false, visit_signatures: true, identity_check: 'last_four',
  payers: [{ payer: 'charity', name: '慈善总会', kind: 'evidenced' }, { payer: 'other', name: '其他', kind: 'evidenced' }],
}

export function visitOf(taskId: number): Visit {
  return {
    task_id: taskId, version: 1, case_id: taskId + 1000, case_no: `N${taskId}`, scheme: 'shengzhou', due_at: null, ticket: 'a'.repeat(40), id_hint: '00',
    basis: 'b'.repeat(20), form: { name: 'visit', version: '' }, area: { township: '甘霖镇', village: '东王村', grid: '第3网格' }, address: '甘霖镇东王村', name: `周${taskId}`,
    id_masked: '330683************', phone: null, institution: null, deceased: false, payee: null, total_cost: '100.00', self_paid: null,
    amounts: [{ payer: 'charity', name: '慈善总会', amount: '3000.00' }], attempts: [],
  }
}

export function draftOf(taskId: number, form: VisitForm = { result: 'not_home' }): Draft {
  return { v: 2, taskId, visit: visitOf(taskId), scheme, step: 'result', form, startedAt: 1_000_000, photos: [], placeAccuracy: null }
}

export function picture(seed: number, size = 1000): Blob {
  return new Blob([new Uint8Array(size).map((_, at) => (at * 7 + seed * 13 + (at >> 8)) % 251), new Uint8Array([seed >> 8, seed & 255])], { type: 'image/jpeg' })
}

/** A server in memory behind a line that breaks before and after the request arrived. */
export class Line implements Net {
  readonly files = new Map<string, { content: number[]; size: number; done: boolean; id: number }>()
  readonly submissions = new Map<string, string>()
  arrivals = 0
  part_calls: number[] = []
  /** Called before each request: throw to break the line on the way there; return true to break it on the way back. */
  weather: (what: string) => boolean = () => false
  answer: (id: string, body: string) => Promise<Receipt> = async (id, body) => ({
    client_id: id, sha256: await sha256(new TextEncoder().encode(body)), outcome: 'stored', note: null, received_at: '2026-03-02T01:00:00Z',
  })

  private broken(): never {
    throw new Problem(0, 'offline', '连不上服务器')
  }

  async announce(photo: { sha256: string; size: number }): Promise<UploadState> {
    const lost = this.weather('announce')
    const known = this.files.get(photo.sha256) ?? { content: [], size: photo.size, done: false, id: this.files.size + 1 }
    this.files.set(photo.sha256, known)
    return lost ? this.broken() : this.state(photo.sha256)
  }

  async part(upload: number, offset: number, content: ArrayBuffer): Promise<UploadState> {
    const lost = this.weather('part')
    const [hash, file] = [...this.files].find(([, one]) => one.id === upload) ?? this.broken()
    if (offset > file.content.length) throw new Problem(409, 'offset_wrong', '断点不符', [], { received: file.content.length })
    if (!file.done && offset === file.content.length) {
      this.part_calls.push(offset)
      for (const byte of new Uint8Array(content)) file.content.push(byte)
      if (file.content.length === file.size) {
        if ((await sha256(new Uint8Array(file.content))) !== hash) throw new Error('another picture arrived')
        file.done = true
      }
    }
    return lost ? this.broken() : this.state(hash)
  }

  async submit(id: string, body: string): Promise<Receipt> {
    const lost = this.weather('submit')
    for (const [, hash] of body.matchAll(/sha256:([0-9a-f]{64})/g)) {
      if (!this.files.get(String(hash))?.done) throw new Problem(422, 'invalid', '照片尚未上传', [{ where: '/photos/0', code: 'file_not_uploaded', message: '照片尚未上传' }])
    }
    const receipt = await this.answer(id, body)
    if (!this.submissions.has(id)) this.arrivals += 1
    this.submissions.set(id, body)
    return lost ? this.broken() : receipt
  }

  private state(hash: string): UploadState {
    const file = this.files.get(hash) ?? this.broken()
    return { id: file.id, sha256: hash, received: file.content.length, state: file.done ? 'done' : 'open', received_at: file.done ? '2026-03-02T01:00:00Z' : null }
  }
}
