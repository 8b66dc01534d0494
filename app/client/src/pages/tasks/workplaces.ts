import { matchPath } from 'react-router'
import type { Answer } from '../../kernel/http'
import { routes } from '../../desk/routes'

type Task = Answer<'/tasks'>['items'][number]

/** Tasks that are worked on a page of their own; there the form at the end is only the signature. */
const PLACES: Record<string, (id: string) => string> = {
  file_tally: (id) => `/tallies/${id}`,
  t1_review: (id) => `/rounds/${id}/preliminary`,
  t2_consolidate: (id) => `/rounds/${id}/tallies`,
  t3_dispatch: (id) => `/rounds/${id}/visits`,
  t3_merge: (id) => `/rounds/${id}/visits`,
  t4_meeting_review: (id) => `/rounds/${id}/meeting`,
  t4_propose_standard: (id) => `/rounds/${id}/what-if`,
  t5_payout: (id) => `/rounds/${id}/payout`,
}

/** The page where the work of a task is done, when it is not the task's own. */
export function workplaceOf(task: Pick<Task, 'element' | 'subject'>): string | null {
  const address = PLACES[task.element]?.(task.subject.split(':')[1] ?? '')
  return address && routes.some((one) => matchPath(one.path, address)) ? address : null
}
