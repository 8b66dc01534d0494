import { phone, visitOf } from '../state'
import { draftChange, DRAFT_VERSION, type Draft } from '../store/drafts'
import { dropItem, openItem, type Item, type Unsent } from '../store/outbox'
import { stepOf } from './steps'

/** A refused submission becomes a draft again, with the reasons beside it; nothing has to be typed twice. */
export async function reopen(item: Item): Promise<number> {
  await phone.refresh(true) // what it was refused for is checked against the newest figures; without signal the old ones stay
  const content = await openItem(item)
  const unsent = JSON.parse(content.body) as Unsent
  const found = visitOf(phone.snapshot, unsent.task_id) ?? content.handed
  const form = Object.fromEntries(Object.entries(unsent.form).filter(([name]) => name !== 'visited_at'))
  const draft: Draft = {
    v: DRAFT_VERSION, taskId: unsent.task_id, ...found, step: stepOf(item.faults[0]?.where ?? ''), form, startedAt: content.startedAt,
    photos: unsent.measured.photos, placeAccuracy: unsent.measured.place_accuracy_m, faults: item.faults,
  }
  await dropItem(item, [await draftChange(item.user, draft)])
  await phone.reload()
  return unsent.task_id
}
