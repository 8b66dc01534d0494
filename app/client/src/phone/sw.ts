/// <reference lib="webworker" />
/** Keeps the phone's page and scripts, so that it opens without a network; data and outbox are the page's own business. */
const worker = self as unknown as ServiceWorkerGlobalScope
// The build puts the list here; see tools/phone-assets.ts.
const built = '__PHONE_ASSETS__' as unknown as { version: string; assets: string[] }
const CACHE = `nuanxin-phone-${built.version}`
const PAGE = '/m/'
const BESIDE = ['/icon.svg', '/m/manifest.webmanifest']

worker.addEventListener('install', (event) => {
  // No skipWaiting: a new version never takes a page away from under a half-written form.
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll([PAGE, ...BESIDE, ...built.assets].map((url) => new Request(url, { cache: 'reload' })))))
})

worker.addEventListener('activate', (event) => {
  event.waitUntil(dropOldCaches().then(() => worker.clients.claim()))
})

worker.addEventListener('message', (event) => {
  if (event.data === 'take over') void worker.skipWaiting()
})

worker.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== worker.location.origin || url.pathname.startsWith('/api/')) return
  const name = request.mode === 'navigate' ? PAGE : url.pathname
  event.respondWith(caches.open(CACHE).then((cache) => cache.match(name)).then((kept) => kept ?? fetch(request)))
})

async function dropOldCaches(): Promise<void> {
  const names = await caches.keys()
  await Promise.all(names.filter((name) => name.startsWith('nuanxin-phone-') && name !== CACHE).map((name) => caches.delete(name)))
}
