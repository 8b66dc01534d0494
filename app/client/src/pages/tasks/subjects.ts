import { useData } from '../../api/hooks'
import { api, type Answer } from '../../kernel/http'

export type Subject = Answer<'/subjects'>['items'][number]

/** What "case:409" is called: a person with case number, a round, a unit's tally; only what one may know of. */
export function useSubjects(subjects: string[]): Map<string, Subject> {
  const asked = [...new Set(subjects)].sort()
  const key = asked.length > 0 ? `subjects ${asked.join(' ')}` : undefined
  const { data } = useData(key, (signal) => api.get('/subjects', { query: { subject: asked }, signal }))
  return new Map((data?.items ?? []).map((one) => [one.subject, one]))
}
