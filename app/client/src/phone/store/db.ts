/** The phone's own database: a thin promise over IndexedDB, so that one transaction stays one transaction. */
export const STORES = ['keys', 'meta', 'visits', 'drafts', 'items', 'photos'] as const
export type Store = (typeof STORES)[number]
const NAME = 'nuanxin-phone'
const VERSION = 1

let opened: Promise<IDBDatabase> | null = null

/** Opened once; closed by itself when another tab needs a newer version. */
export function database(): Promise<IDBDatabase> {
  opened ??= new Promise<IDBDatabase>((resolve, reject) => {
    const asked = indexedDB.open(NAME, VERSION)
    asked.onupgradeneeded = () => {
      for (const store of STORES) {
        if (!asked.result.objectStoreNames.contains(store)) asked.result.createObjectStore(store)
      }
    }
    asked.onsuccess = () => {
      asked.result.onversionchange = () => {
        asked.result.close()
        opened = null
      }
      resolve(asked.result)
    }
    asked.onerror = () => {
      opened = null
      reject(asked.error ?? new Error('no database'))
    }
  })
  return opened
}

/** For tests: the next call opens anew. */
export async function closeDatabase(): Promise<void> {
  const database = await opened
  database?.close()
  opened = null
}

export type Change = { store: Store; key: string; value: unknown } | { store: Store; key: string; gone: true }

/** All of it or nothing; resolves when it is on disk. Rejects with QuotaExceededError when the phone is full. */
export async function write(changes: Change[]): Promise<void> {
  if (!changes.length) return
  const db = await database()
  await new Promise<void>((resolve, reject) => {
    const names = [...new Set(changes.map((change) => change.store))]
    const transaction = db.transaction(names, 'readwrite', { durability: 'strict' })
    transaction.oncomplete = () => { resolve() }
    transaction.onabort = () => { reject(transaction.error ?? new DOMException('aborted', 'AbortError')) }
    transaction.onerror = () => { reject(transaction.error ?? new DOMException('failed', 'UnknownError')) }
    for (const change of changes) {
      const store = transaction.objectStore(change.store)
      if ('gone' in change) store.delete(change.key)
      else store.put(change.value, change.key)
    }
  })
}

export async function read<T>(store: Store, key: string): Promise<T | undefined> {
  const db = await database()
  return answer<T | undefined>(db.transaction(store).objectStore(store).get(key) as IDBRequest<T | undefined>)
}

/** What stands there already, or what is put there now, in one transaction. */
export async function readOrPut<T>(store: Store, key: string, fresh: T): Promise<T> {
  const db = await database()
  const transaction = db.transaction(store, 'readwrite')
  const area = transaction.objectStore(store)
  const done = new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => { resolve() }
    transaction.onabort = () => { reject(transaction.error ?? new DOMException('aborted', 'AbortError')) }
  })
  const known = await answer(area.get(key) as IDBRequest<T | undefined>)
  if (known === undefined) area.put(fresh, key)
  await done
  return known ?? fresh
}

/** Every [key, value] whose key begins so, in the order of the keys. */
export async function readAll<T>(store: Store, prefix = ''): Promise<[string, T][]> {
  const db = await database()
  const range = prefix ? IDBKeyRange.bound(prefix, `${prefix}\uffff`) : null
  const area = db.transaction(store).objectStore(store)
  const [keys, values] = await Promise.all([answer(area.getAllKeys(range)), answer(area.getAll(range) as IDBRequest<T[]>)])
  return keys.map((key, at) => [String(key), values[at] as T])
}

function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => { resolve(request.result) }
    request.onerror = () => { reject(request.error ?? new Error('unreadable')) }
  })
}

export function isStorageFull(error: unknown): boolean {
  return error instanceof DOMException && (error.name === 'QuotaExceededError' || error.code === 22)
}
