import { newKey } from '../../kernel/http'
import type { Place, Scheme, Visit } from '../types'
import { DRAFT_VERSION, type Draft } from '../store/drafts'
import { enqueue, filesIn, type Item, type Unsent } from '../store/outbox'
import { answersOf } from './steps'

/** The moment of the visit by the server's clock, as far as the phone has ever heard it. */
export function visitedAt(startedAt: number, offset: number | null): string {
  return new Date(startedAt + (offset ?? 0)).toISOString()
}

/** Freezes the draft into what will be sent, and puts it into the outbox. */
export async function submitDraft(user: number, draft: Draft, offset: number | null): Promise<Item> {
  const { visit, scheme } = draft
  const form = { ...answersOf(draft.form, scheme), visited_at: visitedAt(draft.startedAt, offset) }
  const named = new Set(filesIn(form))
  const unsent: Unsent = {
    client_id: newKey(), task_id: visit.task_id, case_id: visit.case_id, ticket: visit.ticket, basis: visit.basis, form,
    measured: {
      phone_clock: new Date(draft.startedAt).toISOString(), clock_offset_ms: offset, place_accuracy_m: draft.placeAccuracy,
      photos: draft.photos.filter((photo) => named.has(photo.sha256)),
    },
    form_version: visit.form.version ?? '',
  }
  return enqueue(user, { name: visit.name, village: villageOf(visit.area), address: visit.address }, unsent, draft.startedAt, { visit, scheme })
}

export function villageOf(area: Record<string, string>): string {
  return [area.township, area.village].filter(Boolean).join(' ') || '—'
}

/** 上门未遇 in two taps: nothing but the moment and, when the phone knows it, the place. */
export function notHomeDraft(visit: Visit, scheme: Scheme, found: { place: Place; accuracy: number } | null): Draft {
  const form = { result: 'not_home', ...(found ? { place: found.place } : {}) }
  return { v: DRAFT_VERSION, taskId: visit.task_id, visit, scheme, step: 'review', form, startedAt: Date.now(), photos: [], placeAccuracy: found?.accuracy ?? null }
}
