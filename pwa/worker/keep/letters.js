// Her newest letters, and the cases in which a paper is missing, fetched before she asks for them: so that they can be read, and
// the paper be sent, without a network; and which letters she has read here. A letter fetched ahead is not opened: the authority is told when she has it before her.
import { ask } from '../send/network.js'
import * as contexts from './contexts.js'
import * as database from './database.js'
import * as keys from './keys.js'
import * as phone from './phone.js'

/** With nothing new to be told of, the mailbox is looked into this often. */
const OFTEN_MS = 15 * 60 * 1000
const LIST = 'post'

/** @type {Promise<void> | null} */
let filling = null

/**
 * Resumable: what is there is not fetched again, and one that fails costs only itself. Never throws.
 * @param {{ list?: any, now?: boolean }} [how] `list`: the mailbox as it was just fetched; `now`: a message told of something new
 */
export const fill = (how = {}) => {
  filling ??= fillOnce(how).catch(() => {}).finally(() => { filling = null })
  return filling
}

/** @param {{ list?: any, now?: boolean }} how */
const fillOnce = async ({ list, now }) => {
  const { own, who } = await hers()
  if (!own || /** @type {any} */ (globalThis).navigator?.connection?.saveData) return
  const before = await contexts.find(own, who.owner, LIST)
  if (!list && !now && before && Date.now() - before.at < OFTEN_MS) return
  const newest = list || (await fetched(own, who, LIST))
  let isNew = false
  for (const { id, is_broken } of newest?.letters || []) {
    const here = `post/${id}`
    if (is_broken || (await contexts.find(own, who.owner, here))) continue
    isNew = Boolean(await fetched(own, who, here)) || isNew
  }
  if (isNew) await contexts.tidy()
  const mine = await fetched(own, who, 'mine')
  const missing = [...(mine?.todo || []), ...(mine?.may || [])].filter(({ act }) => act)
  for (const here of new Set(missing.map(({ path }) => path))) await fetched(own, who, here)
}

/** Whose mailbox it is, where she reads it on her own phone. @returns {Promise<{ own?: keys.Keys, who: phone.State }>} */
const hers = async () => {
  const who = await phone.state()
  return { own: who.owner && who.signed && !who.left ? await phone.own() : undefined, who }
}

/** @param {keys.Keys} own @param {phone.State} who @param {string} here @returns {Promise<any>} null: not for this phone to keep */
const fetched = async (own, who, here) => {
  const { ok, body } = await ask(`/${who.lang || 'da'}/${here}`)
  // Another may have signed in meanwhile, and she may have signed out.
  if (!ok || body?.keep !== 'phone' || body.frame.owner !== who.owner || !(await phone.own())) return null
  await contexts.keep(own, who.owner, here, body)
  return body
}

/** @param {keys.Keys} own @param {string} owner */
const nameOfRead = (own, owner) => keys.nameOf(own, 'read', owner)

/** @param {keys.Keys} own @param {string} owner @returns {Promise<string[]>} letters read here that the authority has not heard of */
const untold = async (own, owner) => {
  const name = await nameOfRead(own, owner)
  const sealed = await database.get('kept', name)
  return sealed ? keys.unseal(own, 'kept', name, sealed).catch(() => []) : []
}

/** @param {(ids: string[]) => string[]} how @returns {Promise<boolean>} false: this phone keeps nothing */
const change = async (how) => {
  const own = await phone.own()
  const { owner } = await phone.state()
  if (!own || !owner) return false
  const name = await nameOfRead(own, owner)
  for (;;) {
    const seq = (await database.get('kept', name))?.seq || 0
    const sealed = await keys.seal(own, 'kept', name, how(await untold(own, owner)))
    if (await database.write([['kept', name, { ...sealed, seq: seq + 1 }]], { store: 'kept', key: name, seq })) return true
  }
}

/** @param {string} owner @param {string} id @returns {Promise<number>} the status */
const post = async (owner, id) => (await ask(`/api/letters/${id}/opened`, { method: 'POST', owner })).status

/** She has it before her. On a phone that keeps nothing there is one try. @param {string} owner @param {string} id */
export const read = async (owner, id) => {
  const kept = await change((ids) => (ids.includes(id) ? ids : [...ids, id])).catch(() => false)
  if (!kept) await post(owner, id).catch(() => {})
}

/** Tell the authority. Never throws: what it has not heard waits. @returns {Promise<boolean>} it has heard of one more */
export const tell = async () => {
  let isNew = false
  try {
    const { own, who } = await hers()
    for (const id of own ? await untold(own, who.owner) : []) {
      const status = await post(who.owner, id)
      if (status !== 204 && status !== 404) break
      await change((ids) => ids.filter((one) => one !== id))
      isNew = true
    }
  } catch {} // no network, or no room
  return isNew
}

/** A page of hers, with what she has read meanwhile. @param {any} context */
export const asRead = async (context) => {
  const own = context.page === 'post' || context.page === 'letter' ? await phone.own() : undefined
  const ids = own ? await untold(own, (await phone.state()).owner) : []
  if (!ids.length) return context
  if (context.page === 'letter') return ids.includes(context.id) ? { ...context, opened: 1 } : context
  const letters = context.letters.map((/** @type {any} */ one) => (ids.includes(one.id) ? { ...one, unread: 0 } : one))
  const less = letters.filter((/** @type {any} */ one, /** @type {number} */ at) => one.unread !== context.letters[at].unread).length
  return { ...context, letters, unread: Math.max(0, context.unread - less) }
}
