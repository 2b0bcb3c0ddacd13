// One person's way through one service, put together for one request: definition, draft, facts, journey. Only on a
// phone that is its owner's own; else null, and the server answers.
import { content } from '../show/content.js'
import * as drafts from './drafts.js'
import { stepOf, walk } from '../domain/journeys.js'
import * as keys from './keys.js'
import { Unreachable } from '../send/network.js'
import * as person from './person.js'
import * as phone from './phone.js'
import { NotKept } from './database.js'
import { definition } from './versions.js'

/** @typedef {import('../routes.js').Place} Place */
/** @typedef {import('./drafts.js').Local} Local */
/** @typedef {{ own: keys.Keys, who: phone.State, held: import('../show/content.js').Content, newest: any }} Room */
/** @typedef {Room & { service: any, local: Local, today: string, walked: any }} JourneyContext `service` is the version the draft was begun under */

export const TIMEOUT_MS = 3000

/** @param {Place} at @returns {Promise<Room | null>} */
export const room = async (at) => {
  const known = await phone.state()
  const own = known.left ? undefined : await phone.own()
  const who = (own && known.unsure && (await person.meet(TIMEOUT_MS).catch(nobody))) || known
  const held = own && (await content(at.lang))
  const newest = held?.bundle.services[at.service]
  return own && held && newest ? { own, who, held, newest } : null
}

/** @param {Room} found @param {Local} local @returns {JourneyContext | null} null: that version is not on this phone */
export const withDraft = (found, local) => {
  const { draft } = local
  const service = definition(found.held.bundle, draft.service, draft.version)
  const today = phone.today(found.who)
  return service ? { ...found, service, local, today, walked: walk(service, draft.answers, draft.facts, today) } : null
}

/** @param {JourneyContext} journey @param {any} draft */
export const withAnswers = (journey, draft) =>
  ({ ...journey, local: { ...journey.local, draft }, walked: walk(journey.service, draft.answers, draft.facts, journey.today) })

/**
 * @param {Place} at @param {{ id: string, revision: number }} [posted] what a form says it was made for
 * @returns {Promise<JourneyContext | null>} null: only the server can know
 */
export const of = async (at, posted) => {
  const found = await room(at)
  const local = found && (await draftOf(found, at, posted))
  return found && local && withDraft(found, local)
}

/** As far as this phone knows, asking nobody. @param {Place} at @returns {Promise<JourneyContext | null>} */
export const begun = async (at) => {
  const found = await room(at)
  const local = found && (await drafts.find(found.own, found.who, at.service))
  return found && local && withDraft(found, local)
}

/** Ours, else the server's, else a fresh one. @param {Room} found @param {Place} at @param {{ id: string, revision: number }} [posted] */
const draftOf = async (found, at, posted) => {
  const { own, who, newest } = found
  const local = await drafts.find(own, who, at.service)
  // A page of the server's, about a draft we have not seen: it stands there, not here.
  if (!local && newest.sign_in === 'to-start' && !drafts.writer(who)) return null
  // Her page was made from another draft than ours, or from a later state of it: the server has taken answers since.
  const isElsewhere = posted?.id && local && (local.draft.id !== posted.id || local.draft.revision < posted.revision)
  if (local && !local.stale && !isElsewhere) return local
  const owner = local ? local.owner : drafts.writer(who)
  const theirs = await drafts.fetched(at.service, owner, TIMEOUT_MS).catch(nobody)
  if (local) return theirs ? settled(own, drafts.merged(local, theirs, theirs.mine)) : local
  return theirs === undefined ? offline(found, at, owner, posted) : theirs && adopted(own, owner, theirs, posted)
}

/** @param {unknown} error @returns {undefined} */
const nobody = (error) => {
  if (!(error instanceof Unreachable)) throw error
}

/** @param {keys.Keys} own @param {string} owner @param {import('./drafts.js').Draft} theirs @param {{ id: string }} [posted] */
const adopted = async (own, owner, theirs, posted) => {
  await person.keepFacts(own, owner, theirs.facts)
  if (theirs.revision > 0) return settled(own, await drafts.begin(own, owner, theirs))
  return drafts.begin(own, owner, { ...theirs, id: posted?.id || theirs.id })
}

/** @param {Room} found @param {Place} at @param {string} owner @param {{ id: string, revision: number }} [posted] */
const offline = async ({ own, newest }, at, owner, posted) => {
  const facts = await person.kept(own, 'facts', owner)
  if ((posted && posted.revision > 0) || (!facts && newest.sign_in === 'to-start')) return null
  return drafts.begin(own, owner, drafts.fresh(at.service, newest.version, at.lang, facts || {}, posted?.id))
}

/** @param {keys.Keys} own @param {Local} local @returns {Promise<Local>} */
const settled = async (own, local) => {
  const kept = await drafts.keep(own, local).catch((error) => {
    if (!(error instanceof NotKept)) throw error
  })
  return kept ? { ...local, seq: local.seq + 1 } : local
}

/** @param {Place} at @param {any} step */
export const addressOf = (at, step) => `services/${at.service}/${step.path}`

/** The step at this address, if it is on the way. @param {JourneyContext} journey @param {Place} at */
export const stepAt = ({ service, walked }, at) => stepOf(service, walked, at.step, at.row)
