import { phone } from './state'

let waiting: ServiceWorker | null = null

/** Registers the worker that keeps the page; a newer one waits until the person says so. */
export async function keepPage(): Promise<void> {
  if (!('serviceWorker' in navigator)) return
  const registration = await navigator.serviceWorker.register('/m/sw.js', { scope: '/m/' })
  const tell = (worker: ServiceWorker | null): void => {
    if (!worker || !navigator.serviceWorker.controller) return
    waiting = worker
    phone.tellNewVersion()
  }
  tell(registration.waiting)
  registration.addEventListener('updatefound', () => {
    const coming = registration.installing
    coming?.addEventListener('statechange', () => { if (coming.state === 'installed') tell(coming) })
  })
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible' && navigator.onLine) void registration.update().catch(() => undefined) // offline: asked again later
  })
}

/** The new version takes over and the page opens anew; every keystroke is on disk already. */
export function takeOver(): void {
  navigator.serviceWorker.addEventListener('controllerchange', () => { location.reload() }, { once: true })
  waiting?.postMessage('take over')
}
