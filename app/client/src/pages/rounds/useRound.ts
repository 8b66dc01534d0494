import { useData, type Loaded } from '../../api/hooks'
import { api, type Answer } from '../../kernel/http'

type Given = Required<Answer<'/rounds/{round_id}'>>
export type Tally = Required<Given['tally_requests'][number]>
export type ListVersion = Required<Given['lists'][number]>
export type Round = Omit<Given, 'tally_requests' | 'lists'> & { tally_requests: Tally[]; lists: ListVersion[] }

/** One round with its tallies and lists. */
export function useRound(roundId: number): Loaded<Round> {
  return useData(`round ${roundId}`, async (signal) => (await api.get('/rounds/{round_id}', { path: { round_id: roundId }, signal })) as Round)
}
