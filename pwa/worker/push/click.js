// A message was pressed: the page it is about, in a window that is open where nobody is writing in it; or one of its buttons.
import { isForm } from '../routes.js'
import { address } from './notification.js'
import * as receipts from './receipts.js'
import { badge } from './show.js'

/** @param {NotificationEvent} event */
export const clicked = async ({ notification, action }) => {
  const { r = '', to = '' } = notification.data || {}
  notification.close()
  if (action === 'done' || action === 'tomorrow') return receipts.tell(action, r)
  await Promise.allSettled([open(address(to, location.origin, notification.lang || 'da')), receipts.tell('clicked', r), badge(0)])
}

/**
 * Going there comes before coming to the front: a browser allows one step of this kind for each press, and a window that
 * refuses leaves it for a new one. @param {string} url
 */
const open = async (url) => {
  const { clients } = /** @type {any} */ (globalThis)
  const windows = await clients.matchAll({ type: 'window' })
  const free = windows.find((/** @type {{ url: string }} */ one) => !isForm(new URL(one.url)))
  const there = free && (await free.navigate(url).catch(() => null)) // null: it was closed meanwhile
  return there ? there.focus().catch(() => {}) : clients.openWindow(url)
}
