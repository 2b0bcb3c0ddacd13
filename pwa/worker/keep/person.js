// Who is signed in on this phone, as the server sees it, and what follows when that changes.
import * as drafts from './drafts.js'
import * as keys from './keys.js'
import { ask } from '../send/network.js'
import * as phone from './phone.js'
import * as database from './database.js'

/** @param {keys.Keys} own @param {'name' | 'facts' | 'papers'} what @param {string} owner @param {any} value */
const put = async (own, what, owner, value) => {
  const key = await keys.nameOf(own, what, owner)
  await database.write([['kept', key, await keys.seal(own, 'kept', key, value)]])
}

/** Kept for a person: her name; how many papers she keeps; what the register told last, so that a journey can begin without a network. @param {keys.Keys} own @param {'name' | 'facts' | 'papers'} what @param {string} owner @returns {Promise<any>} */
export const kept = async (own, what, owner) => {
  const key = await keys.nameOf(own, what, owner)
  const sealed = await database.get('kept', key)
  return sealed && keys.unseal(own, 'kept', key, sealed).catch(() => undefined)
}

/** @param {keys.Keys} own @param {string} owner @param {any} facts */
export const keepFacts = (own, owner, facts) => put(own, 'facts', owner, facts)

/** Signing in goes past this worker: ask at the next need. */
export const recheck = () => phone.change((was) => ({ ...was, unsure: 1 }))

/**
 * Ask the server who is here. On an own phone what a guest wrote becomes hers, as it does on the server.
 * @param {number} ms @returns {Promise<phone.State | null>} null: nobody answers
 */
export const meet = async (ms) => {
  const { ok, body } = await ask('/api/facts', { ms })
  if (!ok || !body) return null
  if (body.own_phone === 'yes' && (await phone.state()).own === 'unasked') await phone.declare('yes')
  const own = await phone.own()
  const now = await phone.change((was) => ({ ...was, owner: body.owner || was.owner, signed: body.owner ? 1 : 0, unsure: 0 }))
  if (!own) return now
  await put(own, 'facts', body.owner, body.facts)
  if (body.owner) {
    await put(own, 'name', body.owner, body.name || '')
    await put(own, 'papers', body.owner, body.papers || 0)
    await drafts.handOver(own, body.owner)
  }
  await drafts.adoptAll(own, now, body.drafts || [], body.facts, ms)
  return now
}
