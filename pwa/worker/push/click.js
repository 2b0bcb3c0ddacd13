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
 * Coming to the front is first: a browser allows one step of this kind for each press, and going elsewhere makes the window
 * another, which can no longer be brought to the front. A window that refuses leaves the step for a new one. @param {string} url
 */
const open = async (url) => {
  const { clients } = /** @type {any} */ (globalThis)
  const windows = await clients.matchAll({ type: 'window' })
  const free = windows.find((/** @type {{ url: string }} */ one) => !isForm(new URL(one.url)))
  const front = free && (await free.focus().catch(() => free)) // refused: it goes there all the same, or was closed meanwhile
  return (front && (await front.navigate(url).catch(() => null))) || clients.openWindow(url)
}
