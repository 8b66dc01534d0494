import { newKey } from '../../kernel/http'
import { offline, Problem, readProblem } from '../../kernel/problem'
import { keepOffset } from '../store/sheet'
import type { Me, Sheet } from '../types'

export interface UploadState {
  id: number
  sha256: string
  received: number
  state: string
  received_at: string | null
}
export interface Receipt {
  client_id: string
  sha256: string
  outcome: string
  note: { id: number; code: string; message: string } | null
  received_at: string
}
/** What the phone asks of the server; tests put a bad network here. */
export interface Net {
  announce(photo: { sha256: string; size: number; kind: string; task_id: number }): Promise<UploadState>
  part(upload: number, offset: number, content: ArrayBuffer): Promise<UploadState>
  submit(id: string, body: string): Promise<Receipt>
}

const PREFIX = '/api/v1'
const TIMEOUT = 45_000
let csrf: string | null = null
let heardOffset: (milliseconds: number) => void = () => undefined

/** Told how far the server's clock is ahead of the phone's, whenever it answers. */
export function onOffset(listener: (milliseconds: number) => void): void {
  heardOffset = listener
}

function measure(reply: Response, before: number): void {
  const said = reply.headers.get('X-Server-Time') ?? reply.headers.get('Date')
  const server = said ? Date.parse(said) : NaN
  if (Number.isNaN(server)) return
  const offset = Math.round(server - (before + Date.now()) / 2)
  heardOffset(offset)
  void keepOffset(offset).catch(() => undefined) // only a note beside: a full phone must not stop the sending
}

async function send(method: string, path: string, headers: Record<string, string>, body?: BodyInit): Promise<Response> {
  const before = Date.now()
  const all = { Accept: 'application/json', ...(csrf && method !== 'GET' ? { 'X-CSRF-Token': csrf } : {}), ...headers }
  const init: RequestInit = { method, headers: all, credentials: 'same-origin', cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT) }
  const reply = await fetch(`${PREFIX}${path}`, body === undefined ? init : { ...init, body }).catch(() => {
    throw offline()
  })
  measure(reply, before)
  if (reply.ok || reply.status === 304) return reply
  throw await readProblem(reply)
}

async function json<T>(reply: Response): Promise<T> {
  return (await reply.json().catch(() => {
    throw offline() // the line broke in the middle of the answer
  })) as T
}

/** An unsafe request needs the session's token; after a new log-in elsewhere it is another one. */
async function unsafe(method: string, path: string, headers: Record<string, string>, body: BodyInit): Promise<Response> {
  if (csrf === null) await whoAmI()
  try {
    return await send(method, path, headers, body)
  } catch (refused) {
    if (!(refused instanceof Problem) || refused.code !== 'csrf_token_wrong') throw refused
    await whoAmI()
    return send(method, path, headers, body)
  }
}

export async function whoAmI(): Promise<Me> {
  const me = await json<Me & { csrf_token: string | null }>(await send('GET', '/me', {}))
  csrf = me.csrf_token
  return { id: me.id, login: me.login, name: me.name }
}

export async function logIn(login: string, password: string): Promise<Me> {
  await send('POST', '/session', { 'Content-Type': 'application/json' }, JSON.stringify({ login, password }))
  return whoAmI()
}

export async function logOut(): Promise<void> {
  if (csrf === null) await whoAmI()
  await send('DELETE', '/session', {})
  csrf = null
}

/** The visits, or null when those that are here are still the newest. */
export async function fetchSheet(etag: string | null): Promise<{ sheet: Sheet; etag: string | null } | null> {
  const reply = await send('GET', '/mobile/visits', etag ? { 'If-None-Match': etag } : {})
  if (reply.status === 304) return null
  return { sheet: await json<Sheet>(reply), etag: reply.headers.get('ETag') }
}

export const net: Net = {
  announce: async (photo) =>
    json(await unsafe('POST', '/mobile/uploads', { 'Content-Type': 'application/json', 'Idempotency-Key': newKey() }, JSON.stringify(photo))),
  part: async (upload, offset, content) =>
    json(await unsafe('PUT', `/mobile/uploads/${upload}/parts/${offset}`, { 'Content-Type': 'application/octet-stream' }, content)),
  submit: async (id, body) =>
    json(await unsafe('POST', '/mobile/submissions', { 'Content-Type': 'application/json', 'Idempotency-Key': id }, body)),
}
