// The least that a worker does with a push: it shows a notice whatever came, and says so.
self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))
self.addEventListener('push', (event) => event.waitUntil(show(event)))
self.addEventListener('notificationclick', (event) => event.waitUntil(open(event)))

async function show(event) {
  const bytes = event.data ? event.data.arrayBuffer().byteLength : 0
  let said = {}
  try { said = event.data.json().notification } catch { /* broken: the plain words are shown */ }
  await self.registration.showNotification(said.title || 'News', { ...said, data: { ...said.data, to: said.navigate } })
  await receipt({ event: 'shown', title: said.title, bytes })
}

async function open(event) {
  event.notification.close()
  await self.clients.openWindow(event.notification.data.to)
  await receipt({ event: 'clicked', title: event.notification.title })
}

const receipt = (said) => fetch('/receipts', { method: 'POST', body: JSON.stringify(said) })
