import type { Scheme, VisitForm } from '../types'

export const MET = ['confirmed', 'changed']
const MAY_TELL = ['confirmed', 'changed', 'deceased', 'moved']
const NEEDS_STATEMENT = ['unreachable', 'moved']
export type Step =
  | 'result' | 'id_last4' | 'figures' | 'paper_cost' | 'payee' | 'statement_file' | 'opinion' | 'photos' | 'second_visitor' | 'signatures' | 'review'

/** The questions that this result leaves, one a screen; nothing is asked that the scheme does not want. */
export function stepsFor(form: VisitForm, scheme: Scheme): Step[] {
  const result = form.result ?? ''
  const met = MET.includes(result)
  const asked: [Step, boolean][] = [
    ['result', true],
    ['id_last4', met && scheme.identity_check === 'last_four'],
    ['figures', result === 'changed' || result === 'deceased' || result === 'moved'],
    ['paper_cost', MAY_TELL.includes(result)],
    ['payee', MAY_TELL.includes(result)],
    ['statement_file', NEEDS_STATEMENT.includes(result)],
    ['opinion', result !== '' && result !== 'not_home'],
    ['photos', result !== '' && result !== 'not_home'],
    ['second_visitor', met && scheme.second_visitor],
    ['signatures', met && scheme.visit_signatures],
    ['review', result !== ''],
  ]
  return asked.filter(([, wanted]) => wanted).map(([step]) => step)
}

/** May this question stay unanswered? */
export function isOptional(step: Step, form: VisitForm): boolean {
  if (step === 'figures') return form.result !== 'changed'
  if (step === 'opinion') return form.result !== 'not_eligible'
  return ['paper_cost', 'payee', 'photos'].includes(step)
}

/** Answers to questions that this result does not ask are left out; empty ones too. */
export function answersOf(form: VisitForm, scheme: Scheme): VisitForm {
  const asked = new Set<string>([...stepsFor(form, scheme), 'visited_at', 'place', 'method'])
  const kept = Object.entries(form).filter(([name, value]) => asked.has(name) && !isEmpty(value))
  return Object.fromEntries(kept) as VisitForm
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true
  if (Array.isArray(value)) return value.length === 0
  return typeof value === 'object' && Object.keys(value).length === 0
}

/** Which question a refusal points at: "/figures/0/files" is asked at `figures`. */
export function stepOf(where: string): Step {
  const name = where.split('/')[1] ?? ''
  const steps: Step[] = ['id_last4', 'figures', 'paper_cost', 'payee', 'statement_file', 'opinion', 'photos', 'second_visitor', 'signatures']
  return steps.find((step) => step === name) ?? 'result'
}
