import { readOrPut, write } from './db'

/** `visits` dies at log-out; `work` holds what has not been sent and lives until it has, or is given up. */
export type Purpose = 'visits' | 'work'
export interface Sealed {
  iv: Uint8Array<ArrayBuffer>
  data: ArrayBuffer
}
const held = new Map<string, Promise<CryptoKey>>()

/** Browsers give neither keys nor service workers to pages that came without TLS. */
export function canEncrypt(): boolean {
  return typeof crypto !== 'undefined' && 'subtle' in crypto
}

/** The key, made at its first use; it cannot be read out, only used on this phone. */
function keyFor(user: number, purpose: Purpose): Promise<CryptoKey> {
  const name = `${user}:${purpose}`
  const known = held.get(name)
  if (known) return known
  const asked = findOrMakeKey(name)
  held.set(name, asked)
  asked.catch(() => held.delete(name))
  return asked
}

/** Two photos, or two tabs, that need the first key at once get the same one. */
async function findOrMakeKey(name: string): Promise<CryptoKey> {
  const fresh = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  return readOrPut<CryptoKey>('keys', name, fresh)
}

export async function sealBytes(user: number, purpose: Purpose, content: BufferSource): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const data = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await keyFor(user, purpose), content)
  return { iv, data }
}

/** Throws OperationError when the key is another one: what was sealed before a log-out stays closed. */
export async function openBytes(user: number, purpose: Purpose, sealed: Sealed): Promise<ArrayBuffer> {
  return crypto.subtle.decrypt({ name: 'AES-GCM', iv: sealed.iv }, await keyFor(user, purpose), sealed.data)
}

export async function seal(user: number, purpose: Purpose, value: unknown): Promise<Sealed> {
  return sealBytes(user, purpose, new TextEncoder().encode(JSON.stringify(value)))
}

export async function open<T>(user: number, purpose: Purpose, sealed: Sealed): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await openBytes(user, purpose, sealed))) as T
}

export async function destroyKey(user: number, purpose: Purpose): Promise<void> {
  held.delete(`${user}:${purpose}`)
  await write([{ store: 'keys', key: `${user}:${purpose}`, gone: true }])
}

/** For tests: what is held in memory is gone, as after closing the page. */
export function forgetHeldKeys(): void {
  held.clear()
}

export async function sha256(content: BufferSource): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', content))
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
