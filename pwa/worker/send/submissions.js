// Sending, and what became of it: the receipt, or the truth about what is not sent yet.
import * as drafts from '../keep/drafts.js'
import * as keys from '../keep/keys.js'
import * as outbox from './outbox.js'
import * as person from '../keep/person.js'
import * as phone from '../keep/phone.js'
import * as database from '../keep/database.js'
import * as show from '../show/response.js'
import { memory } from '../push/memory.js'
import * as journeyContext from '../keep/journey-context.js'

/** @typedef {import('../routes.js').Place} Place */

/** @param {Place} at @param {string} key */
export const addressOf = (at, key) => `services/${at.service}/done?key=${key}`

/** Was this generation sent, or does it wait to be? @param {string} id @returns {Promise<boolean>} */
export const has = async (id) => Boolean(id && ((await database.get('outbox', id)) || (await database.get('receipts', id))))

/**
 * Draft out, item in: one transaction. Whatever ends this worker now, there is exactly one of the two.
 * @param {FetchEvent} event @param {journeyContext.JourneyContext} journey @param {Place} at
 * @returns {Promise<Response | null | typeof outbox.TAKEN>} null: another window was faster; TAKEN: the draft is back, without its desk time
 */
export const send = async (event, journey, at) => {
  const { own, who, service, today, walked, local } = journey
  const { draft, owner } = local
  if (service.sign_in !== 'never' && !drafts.writer(who)) {
    // With the server at hand she signs in first; without it the item waits and says so.
    if (!(await drafts.keep(own, { ...local, dirty: 1 }))) return null
    const now = await person.meet(journeyContext.TIMEOUT_MS).catch(() => null)
    if (now) return now.signed ? null : show.go(at, `sign-in?next=services/${at.service}/check&reason=to-send`)
    local.seq += 1
  }
  const submission = { service: service.id, version: service.version, answers: walked.kept, lang: at.lang, facts: draft.facts, on: today }
  const item = await outbox.made(own, owner, draft.id, { submission, draft, held: local.held }, 1)
  const moved = await database.write([['drafts', local.name], ['outbox', draft.id, item]], { store: 'drafts', key: local.name, seq: local.seq })
  if (!moved) return (await has(draft.id)) ? show.go(at, addressOf(at, draft.id)) : null
  outbox.lookedOn.add(draft.id)
  const sending = outbox.flush()
  const { registration, navigator } = /** @type {any} */ (globalThis)
  event.waitUntil(Promise.allSettled([sending, registration.sync?.register('outbox'), navigator.storage?.persist?.()]))
  await Promise.race([sending, new Promise((resolve) => setTimeout(resolve, journeyContext.TIMEOUT_MS))])
  outbox.lookedOn.delete(draft.id)
  const refused = (await database.get('outbox', draft.id))?.reason === outbox.TAKEN
  const back = { ...local, seq: 0, dirty: 1, draft: { ...draft, answers: withoutTime(service, draft.answers) } }
  if (refused && (await drafts.keep(own, back, [['outbox', draft.id]]))) return outbox.TAKEN
  return show.go(at, addressOf(at, draft.id))
}

/** The desk time, by kind: the one question whose answer another person can take away. @param {any} service */
export const timeOf = (service) => service.questions.find((/** @type {any} */ one) => one.kind === 'appointment')

/** @param {any} service @param {any} answers */
const withoutTime = (service, answers) => Object.fromEntries(Object.entries(answers).filter(([id]) => id !== timeOf(service)?.id))

/** @param {any} found @param {phone.State} who */
const isHers = (found, who) => Boolean(found) && (found.owner === '' || found.owner === who.owner)

/** @param {Place} at @returns {Promise<Response | null>} null: sent from somewhere else */
export const page = async (at) => {
  const found = at.key ? await journeyContext.room(at) : null
  if (!found) return null
  const { own, who, held, newest } = found
  const item = await database.get('outbox', at.key)
  if (isHers(item, who)) return show.computed(held, at, 'done', { ...blank(newest, at.key), ...outbox.told(item, Date.now()) })
  const kept = await database.get('receipts', at.key)
  if (!isHers(kept, who)) return null
  const { said } = await keys.unseal(own, 'receipts', at.key, kept)
  return show.computed(held, at, 'done', { ...blank(newest, at.key), ...said, state: 'sent', remind: await remind(kept, said, who) })
}

const DAY = 24 * 3600 * 1000

/** Whether reminders are offered: what the server said of a receipt of today, unless they come here already. @param {any} kept @param {any} said @param {phone.State} who */
const remind = async (kept, said, who) => (said.remind && who.own === 'yes' && Date.now() - kept.since < DAY && !(await memory()).wanted ? 1 : 0)

/** @param {any} service @param {string} key */
const blank = ({ id, title, icon = '' }, key) => ({
  service: { id, title, icon }, title, receipt: { key, number: '', received_at: '', jws: '', salt: '' }, say: '', next: [], bring: [], tasks: [],
  deadlines: [], appointment: {}, cost: {}, reason: '', account_end: '', remind: 0, files: [],
})

/** Back after sending: the receipt, never the first question of an empty draft. @param {journeyContext.JourneyContext} journey @param {Place} at @returns {Promise<Response | null>} */
export const last = async ({ own, who, held, newest: { id, title, icon = '' } }, at) => {
  for (const store of ['outbox', 'receipts']) {
    const found = (await database.all(store)).filter(([, one]) => isHers(one, who)).sort(([, a], [, b]) => b.since - a.since)
    for (const [key, sealed] of found) {
      const body = await keys.unseal(own, store, key, sealed).catch(() => null)
      if ((body?.submission || body)?.service !== at.service) continue
      if (store === 'outbox') return show.go(at, addressOf(at, key))
      return show.computed(held, at, 'sent', { service: { id, title, icon }, key, number: body.said.receipt.number })
    }
  }
  return null
}

/** On something not received: look at it again, or delete it. @param {FetchEvent} event @param {Place} at @param {Request} copy @returns {Promise<Response | null>} */
export const decide = async (event, at, copy) => {
  const found = await journeyContext.room(at)
  const item = found && (await database.get('outbox', at.key))
  if (!found || !isHers(item, found.who)) return null
  const act = new URLSearchParams(await copy.text()).get('do')
  if (act === 'delete' || act === 'correct') {
    const arrived = await outbox.whetherReceived(item)
    if (arrived === 'received' || (arrived === 'unknown' && act === 'correct')) return show.go(at, at.here)
  }
  if (act === 'delete') return show.go(at, `services/${at.service}/delete?key=${at.key}`)
  if (act !== 'correct' || outbox.told(item, Date.now()).state !== 'failed') return show.go(at, at.here)
  await corrected(found, at, item)
  event.waitUntil(drafts.sync(at.service))
  return show.go(at, `services/${at.service}/check`)
}

/** A draft again, as a new generation; if she has begun anew meanwhile, both stay and she chooses. @param {journeyContext.Room} found @param {Place} at @param {any} item */
const corrected = async ({ own, who, newest }, at, item) => {
  const { draft: sent, held } = await keys.unseal(own, 'outbox', at.key, item)
  const version = item.reason === 'version-gone' ? newest.version : sent.version
  const answers = item.reason === outbox.TAKEN ? withoutTime(newest, sent.answers) : sent.answers
  const draft = { ...sent, answers, id: keys.newId(), version, lang: at.lang, updated_at: phone.stamp(Date.now()) }
  for (;;) {
    const before = await drafts.find(own, who, at.service)
    const next = before ? { ...before, theirs: before.theirs || draft } : { ...(await drafts.begin(own, item.owner, draft)), held, dirty: 1 }
    if (await drafts.keep(own, next)) break
  }
  await database.write([['outbox', at.key]])
}
