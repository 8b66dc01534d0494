import { useSyncExternalStore } from 'react'
import { api, onExpired, setCsrfToken, type Answer } from './http'
import { isProblem } from './problem'

export type Me = Answer<'/me'>
export type Session =
  | { state: 'unknown' }
  | { state: 'guest'; expired: boolean }
  | { state: 'known'; me: Me }

let session: Session = { state: 'unknown' }
const listeners = new Set<() => void>()

function become(next: Session): void {
  session = next
  setCsrfToken(next.state === 'known' ? next.me.csrf_token : null)
  listeners.forEach((tell) => { tell() })
}

onExpired(() => {
  if (session.state === 'known') become({ state: 'guest', expired: true })
})

/** Ask the server who we are; throws Problem when it cannot be reached. */
export async function findSession(): Promise<void> {
  if (session.state === 'unknown' && pageCameWithoutCookie()) {
    become({ state: 'guest', expired: false })
    return
  }
  await askWhoWeAre()
}

/** The desk's page says whether its request showed a session at all; the phone's page, kept offline, does not. */
function pageCameWithoutCookie(): boolean {
  return document.querySelector<HTMLMetaElement>('meta[name="session"]')?.content === 'none'
}

async function askWhoWeAre(): Promise<void> {
  try {
    become({ state: 'known', me: await api.get('/me') })
  } catch (refused) {
    if (!isProblem(refused) || refused.status !== 401) throw refused
    become({ state: 'guest', expired: false })
  }
}

/** Throws Problem: 401 for a wrong name or password, 429 with `retry_after` seconds when locked out. */
export async function logIn(login: string, password: string): Promise<void> {
  await api.post('/session', { body: { login, password } })
  await askWhoWeAre()
}

export async function logOut(): Promise<void> {
  await api.delete('/session')
  become({ state: 'guest', expired: false })
}

export function currentSession(): Session {
  return session
}

export function useSession(): Session {
  return useSyncExternalStore(
    (tell) => {
      listeners.add(tell)
      return () => listeners.delete(tell)
    },
    () => session,
  )
}

/** Who is logged in; only below the layout, which shows nothing to strangers. */
export function useMe(): Me {
  const found = useSession()
  if (found.state !== 'known') throw new Error('nobody is logged in')
  return found.me
}

export function hasRole(me: Me, ...roles: string[]): boolean {
  return me.roles.some((role) => roles.includes(role.id))
}
