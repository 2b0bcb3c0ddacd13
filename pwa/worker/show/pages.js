// Pages whose context the server makes: fetched, kept where it may be, shown. Without a network what was kept.
import { anyContent, content, refresh } from './content.js'
import * as contexts from '../keep/contexts.js'
import * as drafts from '../keep/drafts.js'
import * as keys from '../keep/keys.js'
import * as letters from '../keep/letters.js'
import { ask, Unreachable } from '../send/network.js'
import * as messages from './messages.js'
import * as outbox from '../send/outbox.js'
import * as person from '../keep/person.js'
import * as phone from '../keep/phone.js'
import { place } from '../routes.js'
import * as database from '../keep/database.js'
import * as show from './response.js'
import * as search from './search.js'
import * as signOut from '../send/sign-out.js'
import { whereDraftStands } from './journeys.js'
import { templates } from './templates.js'
import * as views from '../domain/views.js'

/** @typedef {import('../routes.js').Place} Place */

/** Longer than this, and what was kept is shown instead. */
const TIMEOUT_MS = 1500
/** What this phone can make itself, from the letter or the case it is about. */
const FORMS = ['write', 'question', 'paper']

/** @param {FetchEvent} event @param {Place} at @returns {Promise<Response>} throws: the server's own page is shown instead */
export const page = async (event, at) => {
  if (!(await signOut.finished())) return again(at, await kept(at, false))
  const isForm = FORMS.includes(at.kind)
  const found = isForm ? null : await kept(at, true)
  const form = isForm && (await messages.form(at))
  try {
    return await fetched(event, at, found || form ? TIMEOUT_MS : undefined)
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error
    return form || again(at, found)
  }
}

/** A page that only the server can make. @param {FetchEvent} event @param {Place} at */
export const server = async (event, at) => {
  try {
    if (await signOut.finished()) {
      if (at.service) await drafts.sync(at.service) // a page about her draft: the server must have all of it
      await person.recheck().catch(() => {})
      return await fetch(event.request)
    }
  } catch {} // no network
  return (await linked(at)) || nothing(at)
}

/** A message was pressed without a network: its page, as far as what was kept of My things knows it. @param {Place} at @returns {Promise<Response | null>} */
const linked = async (at) => {
  const [, id] = /^n\/([^/]+)$/.exec(at.path) || []
  if (!id || !(await phone.own())) return null
  const found = await keptOwn({ ...at, here: 'mine' })
  const link = found?.context.links?.find((/** @type {{ id: string }} */ one) => one.id === id)
  return show.go(at, link?.path || 'mine')
}

/** @param {FetchEvent} event @param {Place} at @param {number} [ms] */
const fetched = async (event, at, ms) => {
  const { reply, body, status } = await ask(event.request.url, { ms })
  const isRefused = status === 401 || (reply.redirected && place(new URL(reply.url))?.kind === 'server')
  if (at.kind === 'mine' && isRefused && (await show.unsent()).outbox) return mine(at) // what waits is hers to see without signing in
  if (reply.redirected) return Response.redirect(reply.url, 303)
  // Signing in happens on the server's own page, and what was kept for somebody is not shown instead.
  if (status === 401 || status === 403 || status >= 500) return fetch(event.request)
  if (!body?.frame || !templates[body.page]) throw new TypeError('not a page we know')
  const now = await phone.note(body.frame, at.lang, reply.headers.get('date'))
  if (now.own !== 'unasked') body.frame.ask_phone = 0
  if (body.page === 'start') await learnFacts(now)
  event.waitUntil(after(at, body, now))
  const held = await content(at.lang)
  if (!held) return fetch(event.request)
  return show.page(held, await overlaid(at, body), status)
}

/** Whoever stands before a service may lose the network on the way: what the register tells is fetched first. @param {phone.State} who */
const learnFacts = async (who) => {
  const own = await phone.own()
  if (own && !(await person.kept(own, 'facts', drafts.writer(who)))) await person.meet(TIMEOUT_MS).catch(() => null)
}

/** Pages that tell of what waits: all of it, or what is about the one thing they show. */
const ABOUT = ['mine', 'letter', 'case']

/** What the phone knows and the server does not. @param {Place} at @param {any} context */
const overlaid = async (at, context) => {
  const more = await show.unsent()
  const list = more.outbox && ABOUT.includes(context.page) ? await waiting(at) : []
  more.waiting = context.page === 'mine' ? list : list.filter(({ of }) => of && of === context.id)
  const stands = context.page === 'start' && context.state === 'new' && (await whereDraftStands(at))
  return stands ? { ...context, ...more, state: 'draft', at: stands } : { ...(await letters.asRead(context)), ...more }
}

/** What is not sent, for My things. @param {Place} at */
const waiting = async (at) => {
  const own = await phone.own()
  const held = await content(at.lang)
  if (!own || !held) return []
  return Promise.all((await outbox.list()).map(async (item) => {
    const body = await keys.unseal(own, 'outbox', item.key, item).catch(() => null)
    const service = body?.submission.service || ''
    const { state, late } = outbox.told(item, Date.now())
    const how = { state: body ? state : 'unreadable', late, at: phone.stamp(item.since) }
    if (body?.post || (!body && item.sign)) return { ...how, ...messages.row(item.key, body?.post || {}) }
    return {
      ...how, kind: 'service', name: '', of: '', title: held.bundle.services[service]?.title || '', path: `services/${service || 'unknown'}/done?key=${item.key}`,
    }
  }))
}

/** @param {Place} at @param {any} context @param {phone.State} who */
const after = async (at, context, who) => {
  await keepContext(at, context, who)
  if (context.page === 'letter' && !context.opened) await letters.read(who.owner, context.id) // only a page that was navigated to comes here
  await refresh(at.lang, context.frame.content)
  await search.refresh(at.lang, context.frame.content).catch(() => {})
  if (await phone.own()) await person.meet(10000)
  if (who.own === 'yes' && context.frame.own_phone === 'unasked') await tellServer(at)
  if (who.own === 'yes' && context.frame.own_phone === 'no') await signOut.emptied()
  await outbox.flush()
  await drafts.syncAll()
  const now = await letters.tell()
  await letters.fill({ list: !now && context.here === 'post' ? context : undefined, now })
}

/** She said "my own phone" without a network, or the cookie that said so is gone. @param {Place} at */
const tellServer = ({ lang }) => ask(`/${lang}/phone`, {
  method: 'POST', body: 'own_phone=yes', headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
}).catch(() => {})

/** @param {Place} at @param {any} context @param {phone.State} now */
const keepContext = async (at, context, now) => {
  if (context.keep === 'public' && !at.here.includes('?')) {
    // Nobody's, whoever fetched it: on a phone that others use it must not say whose it was.
    const frame = { ...context.frame, name: '', owner: '', signed_in: 0, ask_phone: 0, hours: { ...context.frame.hours, state: '', until: '', opens: '' } }
    await database.write([['pages', at.path, { at: Date.now(), context: { ...context, frame } }]])
  }
  const own = context.keep === 'phone' ? await phone.own() : undefined
  if (own) await contexts.keep(own, now.owner, at.here, context)
}

/** What was kept of this page: the person's own, else anyone's, else what came with the content. @param {Place} at @param {boolean} personal @returns {Promise<{ at: number, context: any } | null>} */
const kept = async (at, personal) => {
  const held = at.kind === 'sign-out' ? null : await anyContent(at.lang).catch(() => null)
  if (!held) return null
  const found = (personal && (await keptOwn(at))) || (await database.get('pages', at.path))
  const packed = found ? null : nobodys(held.bundle, at, phone.today(await phone.state()))
  return found || (packed ? { at: 0, context: packed } : null)
}

/** A public page that came with the content, or the start page of a service, as nobody sees it. @param {any} bundle @param {Place} at @param {string} today */
const nobodys = ({ public: pages, services, confirmed, frame }, at, today) => {
  const service = at.kind === 'start' && services[at.service]
  const view = service
    ? { page: 'start', ...views.front(service, {}, today, confirmed[service.id] || []), windows: service.windows, state: 'new', at: '', signed_in: 0, offered: 1 }
    : pages.find((/** @type {any} */ one) => one.here === at.path)
  return view && { ...view, frame }
}

/** Shown again, saying when it was fetched; nothing kept: the offline page. @param {Place} at @param {{ at: number, context: any } | null} found */
const again = async (at, found) => {
  const held = await anyContent(at.lang)
  if (!held || !found) return nothing(at)
  const hours = { ...found.context.frame.hours, state: '', until: '', opens: '' }
  const frame = { ...(await show.dressed(found.context.frame)), hours, fetched: found.at ? phone.stamp(found.at) : '' }
  const context = found.context.page === 'services' ? await search.searched(at, found.context) : found.context
  if (context.page === 'letter' && !context.opened) await letters.read(frame.owner, context.id)
  return show.page(held, await overlaid(at, { ...context, here: at.here, frame }))
}

/** @param {Place} at */
const keptOwn = async (at) => {
  const own = await phone.own()
  return own ? contexts.find(own, (await phone.state()).owner, at.here) : null
}

/** My things, as far as the phone knows them. @param {Place} at */
const mine = async (at) => {
  const held = await content(at.lang)
  if (!held) throw new TypeError('no content')
  const lists = { todo: [], waits: [], may: [], cases: [], open: 0, over: 0, drafts: [], appointments: [], themes: [], links: [] }
  return show.computed(held, at, 'mine', { ...lists, waiting: await waiting(at) })
}

/** The offline page: the phone number, and what can still be read or written here. @param {Place} at */
export const nothing = async (at) => {
  const held = await anyContent(at.lang)
  const found = held?.bundle.public.find((/** @type {any} */ one) => one.page === 'offline')
  if (!held || !found) return Response.error()
  const own = await phone.own()
  if (own && at.kind === 'mine') {
    return mine(at)
  }
  const begun = own ? await drafts.list(own, await phone.state()) : []
  const list = begun.map(({ draft }) => ({ title: held.bundle.services[draft.service]?.title || '', path: `services/${draft.service}` }))
  const frame = await show.dressed(held.bundle.frame)
  return show.page(held, { ...found, here: at.here, frame, ...(await show.unsent()), back: at.here, kept: list.filter(({ title }) => title) }, 503)
}
