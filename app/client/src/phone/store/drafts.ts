import type { Measured, Scheme, Visit, VisitForm } from '../types'
import { readAll, read, write, type Change } from './db'
import { open, seal, type Sealed } from './vault'

/** Grows when the shape below changes; `upgrade` carries drafts of an older app along. */
export const DRAFT_VERSION = 2

export interface Draft {
  v: number
  taskId: number
  /** As it was handed out: the draft can be sent even when the visit is no longer in the list. */
  visit: Visit
  scheme: Scheme
  step: string
  form: VisitForm
  /** When the visit began, by the phone's own clock, in milliseconds. */
  startedAt: number
  photos: Measured['photos']
  placeAccuracy: number | null
  /** Why the server refused it, when it came back from the outbox. */
  faults?: { where: string; code: string; message: string }[]
}

/** Drafts of any older app in today's shape; null for what no app has ever written. */
export function upgrade(kept: unknown): Draft | null {
  if (typeof kept !== 'object' || kept === null || !('taskId' in kept) || !('form' in kept) || !('visit' in kept)) return null
  const { exif, ...draft } = kept as Partial<Draft> & Pick<Draft, 'taskId' | 'visit' | 'scheme' | 'form'> & { exif?: Measured['photos'] }
  // 1 -> 2: what photos say about their place is called `photos`, and the accuracy is kept.
  return { step: 'result', startedAt: Date.now(), placeAccuracy: null, ...draft, photos: draft.photos ?? exif ?? [], v: DRAFT_VERSION }
}

const key = (user: number, taskId: number): string => `${user}:${taskId}`

export async function readDraft(user: number, taskId: number): Promise<Draft | null> {
  const sealed = await read<Sealed>('drafts', key(user, taskId))
  return sealed ? upgrade(await open(user, 'work', sealed)) : null
}

export async function draftChange(user: number, draft: Draft): Promise<Change> {
  return { store: 'drafts', key: key(user, draft.taskId), value: await seal(user, 'work', draft) }
}

export function dropDraftChange(user: number, taskId: number): Change {
  return { store: 'drafts', key: key(user, taskId), gone: true }
}

export async function listDrafts(user: number): Promise<Draft[]> {
  const kept = await readAll<Sealed>('drafts', `${user}:`)
  const opened = await Promise.all(kept.map(async ([, sealed]) => upgrade(await open(user, 'work', sealed))))
  return opened.filter((draft) => draft !== null)
}

/** Writes each keystroke in order, and only the last of those that queue up; `flush` waits until it is on disk. */
export class DraftWriter {
  private next: Draft | null = null
  private running: Promise<void> | null = null
  private readonly user: number
  private readonly failed: (error: unknown) => void

  constructor(user: number, failed: (error: unknown) => void) {
    this.user = user
    this.failed = failed
  }

  save(draft: Draft): void {
    this.next = draft
    this.running ??= this.run()
  }

  async flush(): Promise<void> {
    await this.running
  }

  private async run(): Promise<void> {
    while (this.next) {
      const draft = this.next
      this.next = null
      try {
        await write([await draftChange(this.user, draft)])
      } catch (error) {
        this.failed(error)
      }
    }
    this.running = null
  }
}
