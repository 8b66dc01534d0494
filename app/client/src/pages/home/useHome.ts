import { useData, useRepeat, type Loaded } from '../../api/hooks'
import { api, type Answer } from '../../kernel/http'

export type Home = Answer<'/home'>
export type Figure = Home['totals'][number]
export type RoundLine = Home['rounds'][number]

/** What concerns me, read again every minute while I look at it. */
export function useHome(): Loaded<Home> {
  const home = useData('home', (signal) => api.get('/home', { signal }))
  useRepeat(true, 60, home.reload)
  return home
}
