import { useSyncExternalStore } from 'react'

/** The page is in the hash, so that one kept page answers every address without a network. */
export function go(path: string): void {
  location.hash = path
  window.scrollTo(0, 0)
}

export function usePath(): string {
  return useSyncExternalStore(
    (tell) => {
      window.addEventListener('hashchange', tell)
      return () => { window.removeEventListener('hashchange', tell) }
    },
    () => location.hash.slice(1) || '/',
  )
}
