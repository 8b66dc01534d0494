import type { Fault, Measured, Scheme, Visit, VisitForm } from '../types'
import { read, readAll, write, type Change } from './db'
import { dropDraftChange } from './drafts'
import { open, openBytes, seal, sealBytes, sha256, type Sealed } from './vault'

/** waiting -> sent | note | refused; a refused one goes back into a draft. */
export type State = 'waiting' | 'sent' | 'note' | 'refused'
export type PhotoKind = 'photo' | 'signature' | 'statement' | 'proof'

/** How the line of the list reads, without opening the form. */
export interface About {
  name: string
  village: string
  address: string
}
/** What is sent, frozen when the person says "submit", so that its hash stays the same however often it is sent. */
export interface Content {
  about: About
  result: string
  body: string
  sha256: string
  startedAt: number
  /** The visit as it was handed out, should it come back refused after it has left the list. */
  handed: { visit: Visit; scheme: Scheme }
}
export interface Item {
  id: string
  user: number
  taskId: number
  state: State
  createdAt: number
  files: string[]
  tries: number
  /** The body has left at least once and no answer came: it must not be changed any more. */
  unanswered: boolean
  error: string | null
  faults: Fault[]
  receipt: { sha256: string; received_at: string; outcome: string; note: { id: number; message: string } | null } | null
  doneAt: number | null
  sealed: Sealed
}
export interface Photo {
  sha256: string
  user: number
  kind: PhotoKind
  type: string
  size: number
  sentBytes: number
  state: 'held' | 'sent'
  receipt: { sha256: string; received_at: string } | null
  sealed: Sealed | null
}
export interface Unsent {
  client_id: string
  task_id: number
  case_id: number
  ticket: string
  basis: string
  form: VisitForm
  measured: Measured
  form_version: string
}

const photoKey = (user: number, hash: string): string => `${user}:${hash}`
const itemKey = (user: number, id: string): string => `${user}:${id}`
const KEEP_DONE = 7 * 86_400_000

/** Keep a picture under the hash of its bytes; the same picture twice is one. */
export async function keepPhoto(user: number, kind: PhotoKind, content: Blob): Promise<string> {
  const bytes = await content.arrayBuffer()
  const hash = await sha256(bytes)
  if (await read<Photo>('photos', photoKey(user, hash))) return hash
  const photo: Photo = {
    sha256: hash, user, kind, type: content.type, size: bytes.byteLength, sentBytes: 0, state: 'held', receipt: null,
    sealed: await sealBytes(user, 'work', bytes),
  }
  await write([{ store: 'photos', key: photoKey(user, hash), value: photo }])
  return hash
}

export async function readPhoto(user: number, hash: string): Promise<Photo | undefined> {
  return read<Photo>('photos', photoKey(user, hash))
}

/** The picture itself; null once it has gone to the server for good. */
export async function openPhoto(user: number, hash: string): Promise<Blob | null> {
  const photo = await readPhoto(user, hash)
  return photo?.sealed ? new Blob([await openBytes(user, 'work', photo.sealed)], { type: photo.type }) : null
}

export async function savePhoto(photo: Photo): Promise<void> {
  await write([{ store: 'photos', key: photoKey(photo.user, photo.sha256), value: photo }])
}

export async function listPhotos(user: number): Promise<Photo[]> {
  return (await readAll<Photo>('photos', `${user}:`)).map(([, photo]) => photo)
}

/** Hashes of every file that the form names. */
export function filesIn(value: unknown): string[] {
  if (typeof value === 'string') return /^sha256:[0-9a-f]{64}$/.test(value) ? [value.slice(7)] : []
  if (typeof value !== 'object' || value === null) return []
  return [...new Set(Object.values(value).flatMap(filesIn))]
}

/** Into the outbox and out of the drafts in one step. */
export async function enqueue(user: number, about: About, unsent: Unsent, startedAt: number, handed: Content['handed']): Promise<Item> {
  const body = JSON.stringify(unsent)
  const content: Content = {
    about, result: unsent.form.result ?? '', body, sha256: await sha256(new TextEncoder().encode(body)), startedAt, handed,
  }
  const item: Item = {
    id: unsent.client_id, user, taskId: unsent.task_id, state: 'waiting', createdAt: Date.now(), files: filesIn(unsent.form),
    tries: 0, unanswered: false, error: null, faults: [], receipt: null, doneAt: null, sealed: await seal(user, 'work', content),
  }
  await write([{ store: 'items', key: itemKey(user, item.id), value: item }, dropDraftChange(user, unsent.task_id)])
  return item
}

export async function openItem(item: Item): Promise<Content> {
  return open<Content>(item.user, 'work', item.sealed)
}

/** The same item with another body, as long as no copy of the old one may have arrived. */
export async function rewrite(item: Item, unsent: Unsent): Promise<Item> {
  const body = JSON.stringify(unsent)
  const content: Content = { ...(await openItem(item)), body, sha256: await sha256(new TextEncoder().encode(body)) }
  return { ...item, sealed: await seal(item.user, 'work', content) }
}

export async function saveItem(item: Item): Promise<void> {
  await write([{ store: 'items', key: itemKey(item.user, item.id), value: item }])
}

/** Oldest first. */
export async function listItems(user: number): Promise<Item[]> {
  const items = (await readAll<Item>('items', `${user}:`)).map(([, item]) => item)
  return items.sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1))
}

/** What is not yet with the server, of anybody who uses this phone. */
export async function countUnsent(user: number): Promise<number> {
  return (await listItems(user)).filter((item) => item.state === 'waiting' || item.state === 'refused').length
}

/** Who else has unsent work here: {user id: how many}. */
export async function unsentOfOthers(user: number | null): Promise<number> {
  const items = (await readAll<Item>('items')).map(([, item]) => item)
  return items.filter((item) => item.user !== user && (item.state === 'waiting' || item.state === 'refused')).length
}

/** The receipt is here and its hash is right: the item keeps a line in the list, its pictures go. */
export async function settle(item: Item, state: 'sent' | 'note', receipt: NonNullable<Item['receipt']>): Promise<void> {
  const done: Item = { ...item, state, receipt, error: null, faults: [], unanswered: false, doneAt: Date.now() }
  const content = await openItem(item)
  done.sealed = await seal(item.user, 'work', { ...content, body: '' })
  const changes: Change[] = [{ store: 'items', key: itemKey(item.user, item.id), value: done }]
  const needed = new Set((await listItems(item.user)).filter((other) => other.id !== item.id && other.state !== 'sent' && other.state !== 'note').flatMap((other) => other.files))
  for (const hash of item.files.filter((file) => !needed.has(file))) changes.push({ store: 'photos', key: photoKey(item.user, hash), gone: true })
  await write(changes)
}

export async function dropItem(item: Item, more: Change[] = []): Promise<void> {
  await write([{ store: 'items', key: itemKey(item.user, item.id), gone: true }, ...more])
}

/** Lines of a week ago go. */
export async function tidy(user: number, now: number = Date.now()): Promise<void> {
  const old = (await listItems(user)).filter((item) => item.doneAt !== null && item.doneAt < now - KEEP_DONE)
  await write(old.map((item) => ({ store: 'items' as const, key: itemKey(user, item.id), gone: true as const })))
}

/** Pictures that no draft and no item names any more: retaken ones, and those of a draft that was given up. */
export async function dropLoosePhotos(user: number, named: string[]): Promise<void> {
  const needed = new Set([...named, ...(await listItems(user)).flatMap((item) => item.files)])
  const loose = (await listPhotos(user)).filter((photo) => !needed.has(photo.sha256))
  await write(loose.map((photo) => ({ store: 'photos' as const, key: photoKey(user, photo.sha256), gone: true as const })))
}
