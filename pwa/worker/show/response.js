// A page as an answer: the template filled with its context, under the headers the server's own page carries.
import { render } from './content.js'
import * as outbox from '../send/outbox.js'
import * as person from '../keep/person.js'
import * as phone from '../keep/phone.js'

/** @typedef {import('../routes.js').Place} Place */
/** @typedef {import('./content.js').Content} Content */

/** @param {Place} at @param {string} path own and relative, "services/rats" */
export const go = (at, path) => Response.redirect(`${location.origin}/${at.lang}/${path}`, 303)

/** @param {Content} content @param {any} context @param {number} [status] */
export const page = (content, context, status = 200) => {
  const headers = new Headers({ 'content-type': 'text/html; charset=utf-8', ...content.bundle.headers })
  // With no-store Chromium answers Back after such a page with its own "send again?".
  if (status === 422) headers.set('cache-control', 'no-cache')
  return new Response(render(content, context), { status, headers })
}

/**
 * A page computed here: the view, and around it what every page has.
 * @param {Content} content @param {Place} at @param {string} name @param {any} view @param {{ status?: number, switch?: string }} [how]
 */
export const computed = async (content, at, name, view, how = {}) => {
  const frame = { ...(await dressed(content.bundle.frame)), switch: how.switch || 'link' }
  return page(content, { page: name, keep: 'never', here: at.here, ...(await unsent()), frame, ...view }, how.status)
}

/** How many things wait, and whether one has waited for days: nothing where nothing can be read. @returns {Promise<{ outbox: number, late: number, waiting: any[] }>} */
export const unsent = async () => {
  const items = await outbox.list().catch(() => [])
  return { outbox: items.length, late: items.some((item) => outbox.told(item, Date.now()).late) ? 1 : 0, waiting: [] }
}

/** A frame of nobody's, with what this phone knows of its owner. @param {any} frame */
export const dressed = async (frame) => {
  const who = await phone.state()
  const own = await phone.own()
  const isHere = own && who.owner && who.signed
  const signed = isHere ? { name: (await person.kept(own, 'name', who.owner)) || '', owner: who.owner, signed_in: 1 } : { name: '', owner: '', signed_in: 0 }
  return { ...frame, ...signed, own_phone: who.own, ask_phone: who.own === 'unasked' ? 1 : 0, text: who.text, contrast: who.contrast }
}
