// The way out of a broken worker, served as /sw.js when the operator says so: it leaves, takes the kept files along,
// and touches neither drafts nor what waits to be sent.
addEventListener('install', () => /** @type {any} */ (globalThis).skipWaiting())
addEventListener('activate', (event) => /** @type {any} */ (event).waitUntil((async () => {
  for (const name of await caches.keys()) await caches.delete(name)
  await /** @type {any} */ (globalThis).registration.unregister()
})()))
