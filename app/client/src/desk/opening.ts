import { matchPath } from 'react-router'
import { addressOf } from '../kernel/http'
import { routes } from './routes'

/** The page that shows the rows behind a number: lists of the desk have the addresses of the API's lists. */
export function pageOf(list: string, query: Record<string, unknown> = {}): string | null {
  if (!routes.some((one) => matchPath(one.path, list))) return null
  return addressOf(list, {}, query).replace('/api/v1', '')
}
