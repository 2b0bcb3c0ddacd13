// A message came. Something is shown, whatever came and whatever fails; all else follows, and may fail.
import * as letters from '../keep/letters.js'
import * as phone from '../keep/phone.js'
import * as outbox from '../send/outbox.js'
import { wake } from '../messages.js'
import { seenBefore } from './memory.js'
import * as notification from './notification.js'
import * as receipts from './receipts.js'

/** Longer than this nothing waits for what the phone remembers: a worker that is slow to show is stopped. */
const SOON_MS = 1500
const FLUSH_MS = 20000

/** @param {PushEvent} event */
export const show = async (event) => {
  const { navigator, registration } = /** @type {any} */ (globalThis)
  const message = notification.said(event)
  const who = await soon(phone.state(), null)
  const ours = notification.wordsOf(who?.lang || '', (navigator?.language || '').slice(0, 2))
  const token = notification.read(message, location.origin, ours, { isOwn: false, isRepeat: false, unsent: 0 }).receipt
  const here = { isOwn: who?.own === 'yes', isRepeat: await soon(seenBefore(token), false), unsent: 0 }
  const shown = notification.read(message, location.origin, ours, here)
  const isShown = await put(registration, shown, ours)
  await Promise.allSettled([isShown && told(shown), badge(shown.badge)])
  await within(FLUSH_MS, wake().then(() => letters.fill({ now: true }))) // what it tells of may be a letter
  if ((await outbox.count().catch(() => 0)) === 0) return
  // What waits here the server cannot know of, so this phone says it: the same notice again, quietly.
  await put(registration, notification.read(message, location.origin, ours, { ...here, isRepeat: true, unsent: 1 }), ours)
}

/** @param {any} registration @param {notification.Shown} shown @param {ReturnType<typeof notification.wordsOf>} ours @returns {Promise<boolean>} */
const put = async (registration, { title, options }, ours) => {
  try {
    await registration.showNotification(title, options)
    return true
  } catch {
    // An option this browser refuses must not cost the message.
    return registration.showNotification('Medborger', { body: ours.news, tag: options.tag, data: options.data }).then(() => true, () => false)
  }
}

/** The server, and the page that waits for a test. @param {notification.Shown} shown */
const told = async ({ receipt, id }) => {
  const { clients } = /** @type {any} */ (globalThis)
  const open = await clients.matchAll({ type: 'window', includeUncontrolled: true })
  for (const window of open) window.postMessage({ say: 'shown', id })
  await receipts.tell('shown', receipt)
}

/** Never the only sign, and on most phones none. @param {number} n -1: unchanged */
export const badge = async (n) => {
  const { navigator } = /** @type {any} */ (globalThis)
  if (n > 0) await navigator?.setAppBadge?.(n)
  else if (n === 0) await navigator?.clearAppBadge?.()
}

/** @template T, U @param {Promise<T>} wanted @param {U} otherwise @returns {Promise<T | U>} */
const soon = (wanted, otherwise) => within(SOON_MS, wanted.catch(() => otherwise)).then((found) => (found === undefined ? otherwise : found))

/** undefined: it took longer, or failed. @template T @param {number} ms @param {Promise<T>} work @returns {Promise<T | undefined>} */
const within = async (ms, work) => {
  let timer = 0
  const late = new Promise((resolve) => { timer = setTimeout(resolve, ms) })
  try {
    return await Promise.race([work, late])
  } catch {
    return undefined
  } finally {
    clearTimeout(timer)
  }
}
