// The service worker: a table of contents, in the order of its life.
import { answer } from './requests.js'
import * as content from './show/content.js'
import { recheck } from './keep/drafts.js'
import { hear, wake } from './messages.js'
import { clicked } from './push/click.js'
import { show } from './push/show.js'
import { check } from './push/subscription.js'

const sw = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (globalThis))

// A first worker begins at once. A later one waits until no form is open: `hear` says when.
sw.addEventListener('install', (event) => event.waitUntil(content.fill().then(() => (sw.registration.active ? undefined : sw.skipWaiting()))))

// While no worker answered, the server did.
sw.addEventListener('activate', (event) => event.waitUntil(Promise.all([content.tidy(), recheck().catch(() => {})])))

sw.addEventListener('fetch', answer)

sw.addEventListener('message', (event) => event.waitUntil(hear(event)))

sw.addEventListener('sync', (event) => /** @type {ExtendableEvent} */ (event).waitUntil(wake()))

sw.addEventListener('push', (event) => event.waitUntil(show(event)))

sw.addEventListener('notificationclick', (event) => event.waitUntil(clicked(event)))

// Told by some browsers when a subscription ends by itself; the check at each opening does not rely on it.
sw.addEventListener('pushsubscriptionchange', (event) => /** @type {ExtendableEvent} */ (event).waitUntil(check({ now: true })))
