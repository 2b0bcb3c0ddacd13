// What pages tell the worker, and what wakes it.
import * as drafts from './keep/drafts.js'
import * as letters from './keep/letters.js'
import * as person from './keep/person.js'
import * as phone from './keep/phone.js'
import * as outbox from './send/outbox.js'
import * as receipts from './push/receipts.js'
import * as subscription from './push/subscription.js'
import { isForm, place } from './routes.js'
import { finished } from './send/sign-out.js'
import { keepTyping } from './show/journeys.js'

/** Send what waits. Safari and Firefox have no `sync` event: every page that opens wakes us. */
export const wake = async () => {
  if (!(await finished())) return
  await outbox.flush()
  await drafts.syncAll()
  await receipts.flush()
  await letters.tell()
  await subscription.check()
}

/**
 * A page says that this is her own phone: she answered before this worker was there, or past it. The page may be from
 * before she signed out in another window, so the server is asked. @param {boolean} isOwn
 */
const awake = async (isOwn) => {
  const { own, left } = await phone.state()
  if (isOwn && own === 'unasked' && !left) await person.meet(10000).catch(() => null)
  await wake()
}

/** @param {ExtendableMessageEvent} event */
export const hear = async ({ data, ports, source }) => {
  if (data?.say === 'wake') return awake(data.own === 'yes')
  if (data?.say === 'take-over') return takeOver()
  if (data?.say === 'subscribed' && source) return subscription.remember(data.wanted)
  if (data?.say === 'unsubscribe' && source) return subscription.off().then(() => ports[0]?.postMessage({}))
  const at = data?.say === 'typed' && source ? place(new URL(data.url, location.origin)) : null
  if (at) ports[0]?.postMessage({ kept: (await keepTyping(at, String(data.body)).catch(() => false)) ? 1 : 0 })
}

/** A waiting release begins only when no window, in any tab, shows a form. */
const takeOver = async () => {
  const sw = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (globalThis))
  const open = await sw.clients.matchAll({ type: 'window', includeUncontrolled: true })
  if (isFree(open)) await sw.skipWaiting()
}

/** @param {readonly { url: string }[]} open */
export const isFree = (open) => !open.some(({ url }) => isForm(new URL(url)))
