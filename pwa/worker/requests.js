// A request comes in: who answers it. Every branch ends in a Response with the server's headers, or leaves the
// request to the browser.
import { anyContent, asset } from './show/content.js'
import * as deletion from './show/deletion.js'
import { recheck } from './keep/drafts.js'
import { fromUs } from './origin.js'
import { wake } from './messages.js'
import * as messages from './show/messages.js'
import * as pages from './show/pages.js'
import { place } from './routes.js'
import { NotKept } from './keep/database.js'
import * as show from './show/response.js'
import * as signOut from './send/sign-out.js'
import * as steps from './show/journeys.js'
import * as submissions from './send/submissions.js'
import * as whosePhone from './keep/whose-phone.js'

/** @typedef {import('./routes.js').Place} Place */

/** @param {FetchEvent} event */
export const answer = (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (url.origin !== location.origin) return
  if (request.mode !== 'navigate') {
    if (request.method === 'GET' && url.pathname.startsWith('/a/')) event.respondWith(asset(request))
    return
  }
  const at = place(url)
  if (!at) return
  // Before anything else: a form on another site must not reach a draft.
  if (request.method !== 'GET' && !fromUs(request.referrer, location.origin)) return event.respondWith(refused(at))
  event.waitUntil(wake())
  event.respondWith(request.method === 'GET' ? get(event, at) : post(event, at))
}

/** What this phone makes itself; then what the server makes; and whatever fails here is the server's page. @param {FetchEvent} event @param {Place} at */
const get = async (event, at) => {
  try {
    const made = await makes(at)
    return made || (await (at.kind === 'server' ? pages.server : pages.page)(event, at))
  } catch (error) {
    return fetch(event.request).catch(() => pages.nothing(at))
  }
}

/** @param {Place} at @returns {Promise<Response | null>} */
const makes = async (at) => {
  switch (at.kind) {
    case 'step': case 'check': return steps.page(at)
    case 'done': return submissions.page(at)
    case 'delete': return deletion.page(at)
    case 'sign-out': return signOut.page(at)
    case 'unsent': return messages.unsent(at)
    case 'write': case 'question': case 'paper': return at.key ? messages.form(at) : null
    default: return null
  }
}

/** @type {Partial<Record<Place['kind'], (event: FetchEvent, at: Place, copy: Request) => Promise<Response | null>>>} */
const POSTS = {
  start: steps.postStart, step: steps.post, check: steps.post, done: submissions.decide, delete: deletion.post, 'sign-out': signOut.post, server: pages.server,
  write: messages.send, question: messages.send, paper: messages.send, unsent: messages.remove,
}

/** @param {FetchEvent} event @param {Place} at */
const post = async (event, at) => {
  const copy = event.request.clone()
  let full = false
  try {
    const said = await whosePhone.heard(at, copy.clone())
    // The server has her draft and keeps what is typed; the page it leads to is ours.
    const told = said && (await fetch(event.request).catch(() => null))
    if (told) return told
    if (said && at.kind === 'phone') return show.go(at, place(new URL(at.back, `${location.origin}/${at.lang}/`))?.here || '')
    const made = await POSTS[at.kind]?.(event, at, copy)
    if (made) return made
  } catch (error) {
    full = error instanceof NotKept
  }
  // Each act is one write and can be repeated, so the server may take over at any point; then it knows more than we do.
  if (at.service) await recheck(at.service).catch(() => {})
  return fetch(event.request).catch(() => (full ? notKept(at) : pages.nothing(at)))
}

/** @param {Place} at */
const refused = (at) => problem(at, 403, 'forbidden')

/** No room, or storage shut off, and no server either: nothing is claimed that is not so. @param {Place} at */
const notKept = (at) => problem(at, 507, 'phone-full')

/** @param {Place} at @param {number} status @param {string} code */
const problem = async (at, status, code) => {
  const held = await anyContent(at.lang).catch(() => null)
  if (!held) return new Response(code, { status, headers: { 'Content-Type': 'text/plain' } })
  return show.computed(held, at, 'error', { status, code, saved: 0, reference: '', back: at.path }, { status })
}
