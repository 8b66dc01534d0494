import type { Me, Sheet } from '../types'
import { read, readAll, write, type Change } from './db'
import { destroyKey, open, seal, type Sealed } from './vault'

interface Kept {
  etag: string | null
  at: number
  sealed: Sealed
}

/** The visits that were handed out, and when; null when nothing is here or the key is gone. */
export async function readSheet(user: number): Promise<{ sheet: Sheet; etag: string | null; at: number } | null> {
  const kept = await read<Kept>('visits', String(user))
  if (!kept) return null
  try {
    return { sheet: await open<Sheet>(user, 'visits', kept.sealed), etag: kept.etag, at: kept.at }
  } catch {
    return null // sealed under a key that a log-out destroyed: to be fetched again
  }
}

export async function keepSheet(user: number, sheet: Sheet, etag: string | null, at: number): Promise<void> {
  const kept: Kept = { etag, at, sealed: await seal(user, 'visits', sheet) }
  await write([{ store: 'visits', key: String(user), value: kept }])
}

/** Log-out: the key dies first, so that nothing is readable even if the rest fails. */
export async function forgetSheet(user: number): Promise<void> {
  await destroyKey(user, 'visits')
  await write([{ store: 'visits', key: String(user), gone: true }])
}

export async function readMe(): Promise<Me | null> {
  return (await read<Me>('meta', 'me')) ?? null
}

export async function keepMe(me: Me | null): Promise<void> {
  await write([me ? { store: 'meta', key: 'me', value: me } : { store: 'meta', key: 'me', gone: true }])
}

/** Milliseconds to add to this phone's clock to have the server's; null when the server was never heard. */
export async function readOffset(): Promise<number | null> {
  return (await read<number>('meta', 'offset')) ?? null
}

export async function keepOffset(milliseconds: number): Promise<void> {
  await write([{ store: 'meta', key: 'offset', value: milliseconds }])
}

/** Everything of that user, unsent work too: only when the person said so. */
export async function forgetWork(user: number): Promise<void> {
  await destroyKey(user, 'work')
  const changes: Change[] = []
  for (const store of ['drafts', 'items', 'photos'] as const) {
    for (const [key] of await readAll(store, `${user}:`)) changes.push({ store, key, gone: true })
  }
  await write(changes)
}
