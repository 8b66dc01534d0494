import type { paths } from '../api/schema'
import { offline, Problem, readProblem } from './problem'

const PREFIX = '/api/v1'
type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'
type Full<R extends string> = `${typeof PREFIX}${R}` & keyof paths
/** Addresses below /api/v1 that know this method. */
export type Route<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<M, { responses: unknown }> ? (P extends `/api/v1${infer R}` ? R : never) : never
}[keyof paths]
type Operation<R extends string, M extends Method> = Full<R> extends keyof paths ? paths[Full<R>][M & keyof paths[Full<R>]] : never
type Content<T> = T extends { content: { 'application/json': infer C } } ? C : never
type Good<T> = T extends { responses: infer S } ? Content<S[(200 | 201 | 202) & keyof S]> : never
type Query<T> = T extends { parameters: { query?: infer Q } } ? Q : never
type Body<T> = T extends { requestBody?: infer B } ? Content<NonNullable<B>> : never
/** What a GET of that address answers. */
export type Answer<R extends Route<'get'>> = Good<Operation<R, 'get'>>

export interface Options<T> {
  path?: Record<string, string | number>
  query?: Query<T> & Record<string, unknown>
  body?: Body<T> | FormData
  /** The version that was looked at, from `etag` of a reading. */
  ifMatch?: string | null
  /** Repeats carry the key of the first try; `newKey()` makes one. */
  key?: string
  signal?: AbortSignal
}
export interface Reply<D> {
  data: D
  etag: string | null
}

let csrfToken: string | null = null
let tellExpired: () => void = () => undefined

/** What unsafe requests must repeat; from GET /me. */
export function setCsrfToken(token: string | null): void {
  csrfToken = token
}

/** Called when the server no longer knows who we are. */
export function onExpired(listener: () => void): void {
  tellExpired = listener
}

/** An Idempotency-Key; `randomUUID` is missing where the page came by plain HTTP from another machine. */
export function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** The full address with its parameters, for links to downloads too. */
export function addressOf(route: string, path: Record<string, string | number> = {}, query: Record<string, unknown> = {}): string {
  const filled = route.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(path[name])))
  const asked = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (one !== undefined && one !== null && one !== '') asked.append(name, String(one))
    }
  }
  return `${PREFIX}${filled}${asked.size ? `?${asked}` : ''}`
}

async function send(method: Method, route: string, options: Options<unknown>): Promise<Response> {
  const headers = new Headers({ Accept: 'application/json' })
  if (method === 'post') headers.set('Idempotency-Key', options.key ?? newKey())
  if (method !== 'get' && csrfToken) headers.set('X-CSRF-Token', csrfToken)
  if (options.ifMatch) headers.set('If-Match', `"${options.ifMatch}"`)
  const isForm = options.body instanceof FormData
  if (options.body !== undefined && !isForm) headers.set('Content-Type', 'application/json')
  const body = isForm ? (options.body as FormData) : options.body === undefined ? undefined : JSON.stringify(options.body)
  const init = { method: method.toUpperCase(), headers, credentials: 'same-origin' as const, body: body ?? null, signal: options.signal ?? null }
  const reply = await fetch(addressOf(route, options.path, options.query), init).catch((failed: unknown) => {
    if (failed instanceof DOMException && failed.name === 'AbortError') throw failed
    throw offline()
  })
  if (reply.ok) return reply
  const problem = await readProblem(reply)
  if (problem.status === 401 && route !== '/session') tellExpired()
  throw problem
}

async function ask<D>(method: Method, route: string, options: Options<unknown>): Promise<Reply<D>> {
  const reply = await send(method, route, options)
  const etag = reply.headers.get('ETag')?.replace(/^W\//, '').replace(/"/g, '') ?? null
  const text = await reply.text()
  try {
    return { data: (text ? JSON.parse(text) : null) as D, etag }
  } catch {
    throw new Problem(reply.status, 'unexpected', '服务器的答复无法读取，请刷新后重试。')
  }
}

/** `api.get('/tasks/{task_id}', { path: { task_id: 7 } })`: typed by the OpenAPI document, refused with Problem. */
export const api = {
  get: async <R extends Route<'get'>>(route: R, options: Options<Operation<R, 'get'>> = {}) =>
    (await ask<Good<Operation<R, 'get'>>>('get', route, options)).data,
  read: <R extends Route<'get'>>(route: R, options: Options<Operation<R, 'get'>> = {}) =>
    ask<Good<Operation<R, 'get'>>>('get', route, options),
  post: async <R extends Route<'post'>>(route: R, options: Options<Operation<R, 'post'>> = {}) =>
    (await ask<Good<Operation<R, 'post'>>>('post', route, options)).data,
  put: async <R extends Route<'put'>>(route: R, options: Options<Operation<R, 'put'>> = {}) =>
    (await ask<Good<Operation<R, 'put'>>>('put', route, options)).data,
  patch: async <R extends Route<'patch'>>(route: R, options: Options<Operation<R, 'patch'>> = {}) =>
    (await ask<Good<Operation<R, 'patch'>>>('patch', route, options)).data,
  delete: async <R extends Route<'delete'>>(route: R, options: Options<Operation<R, 'delete'>> = {}) =>
    (await ask<Good<Operation<R, 'delete'>>>('delete', route, options)).data,
  blob: async (route: string, options: Options<unknown> = {}) => (await send('get', route, options)).blob(),
}
