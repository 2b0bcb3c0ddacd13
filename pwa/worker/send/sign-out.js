// Signing out: what is one person's goes from this phone first, then the server is told. Without a network a mark
// without personal content stays, and the server is told before anything else personal is asked of it.
import { content } from '../show/content.js'
import * as drafts from '../keep/drafts.js'
import { ask } from './network.js'
import * as outbox from './outbox.js'
import * as phone from '../keep/phone.js'
import * as database from '../keep/database.js'
import * as show from '../show/response.js'
import * as subscription from '../push/subscription.js'

/** @typedef {import('../routes.js').Place} Place */

/** @param {Place} at @param {number} status */
const askFirst = async (at, status) => {
  const held = await content(at.lang)
  const own = await phone.own()
  if (!held || !own) throw new TypeError('no content')
  const unsaved = await drafts.syncAll(2000)
  const saved = (await drafts.list(own, await phone.state())).filter((local) => !local.dirty)
  const services = saved.map(({ draft }) => held.bundle.services[draft.service]).filter(Boolean)
  return show.computed(held, at, 'sign-out', {
    unsent: (await outbox.count()) + unsaved.length, drafts: services.map(({ id, title, icon = '' }) => ({ service: { id, title, icon } })),
  }, { status })
}

/** What would be lost, in words. @param {Place} at @returns {Promise<Response | null>} null: nothing personal is here, the server asks */
export const page = async (at) => ((await phone.own()) ? askFirst(at, 200) : null)

/** @param {FetchEvent} event @param {Place} at @param {Request} copy to read the fields of; the event's own goes to the server */
export const post = async (event, at, copy) => {
  const sure = new URLSearchParams(await copy.text()).get('sure') === 'yes'
  if (!sure && (await isUnsaved())) return askFirst(at, 422)
  const held = await content(at.lang)
  const { text, contrast } = await phone.state()
  await subscription.off()
  await database.wipe()
  const mark = (/** @type {number} */ left) => phone.change((was) => ({ ...was, own: 'unasked', owner: '', signed: 0, left }))
  await mark(1)
  // Told by a request of ours: WebKit never shows a page whose reply, passed on from here, says Clear-Site-Data.
  if (await finished()) return show.go(at, `signed-out?${new URLSearchParams({ text, contrast })}`)
  if (!held) return fetch(event.request)
  return show.computed(held, { ...at, path: 'signed-out', here: 'signed-out' }, 'signed-out', { unsent: 0, text, contrast })
}

const isUnsaved = async () => {
  if (!(await phone.own())) return false
  const unsaved = await drafts.syncAll(3000)
  await Promise.race([outbox.flush(), new Promise((resolve) => setTimeout(resolve, 3000))])
  return unsaved.length > 0 || (await outbox.count()) > 0
}

/** Has the server heard of the last sign-out? Asked before anything personal. @returns {Promise<boolean>} */
export const finished = async () => {
  const { left, lang } = await phone.state()
  if (!left) return true
  try {
    const { ok } = await ask(`/${lang || 'da'}/sign-out`, {
      method: 'POST', ms: 4000, body: 'do=sign-out&sure=yes', headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    })
    if (ok) await phone.change((was) => ({ ...was, left: 0 }))
    return ok
  } catch {
    return false
  }
}

/** "Others use this phone": everything personal goes, as soon as nothing would be lost by it. */
export const emptied = async () => {
  await outbox.flush()
  if ((await drafts.syncAll()).length || (await outbox.count())) return
  await subscription.off()
  await database.wipe()
  await phone.change((was) => ({ ...was, own: 'no', owner: '' }))
}
