// Drafts of a phone that is its owner's own: sealed on the phone at every step, on the server when it can be reached.
// Two devices never overwrite each other silently: the server compares revisions, and where they differ both are kept.
import * as keys from './keys.js'
import { ask, Unreachable } from '../send/network.js'
import * as outbox from '../send/outbox.js'
import { uploadAll } from '../send/photos.js'
import * as phone from './phone.js'
import * as database from './database.js'

/** @typedef {{ id: string, service: string, version: number, revision: number, answers: any, raw: any, facts: any, lang: string, updated_at: string }} Draft */
/**
 * @typedef {object} Local
 * @property {string} name where it lies; tells nothing
 * @property {number} seq 0: not on the phone yet
 * @property {string} owner
 * @property {Draft} draft `revision` is the one the server gave last
 * @property {string} held id of the draft the server holds; '' none. Another id takes its place only if it is named
 * @property {number} dirty 1: the server has not got it
 * @property {Draft | null} theirs what another device saved meanwhile: the person chooses
 * @property {number} stale 1: the server may have more of it (a photo went there, or a page of its own took answers)
 * @property {string[]} tried contents sent to the server whose answer we do not know
 */

/** Key order is the writer's, not part of the content. @param {any} value @returns {string} */
export const canonical = (value) => JSON.stringify(value, (_, v) =>
  v && typeof v === 'object' && !Array.isArray(v) ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1))) : v)

/** @param {Draft} draft */
export const contentOf = ({ id, answers, raw }) => canonical({ id, answers, raw })

/** Whoever writes now. @param {phone.State} who */
export const writer = (who) => (who.signed ? who.owner : '')

/** @param {keys.Keys} own @param {string} owner @param {string} service */
const nameOf = (own, owner, service) => keys.nameOf(own, 'draft', owner, service)

/** @param {keys.Keys} own @param {string} name @param {any} record @returns {Promise<Local>} */
const opened = async (own, name, record) => ({
  name, seq: record.seq, owner: record.owner, ...(await keys.unseal(own, 'drafts', name, record)),
})

/** The draft of whoever this phone belongs to now. @param {keys.Keys} own @param {phone.State} who @param {string} service @returns {Promise<Local | null>} */
export const find = async (own, who, service) => {
  for (const owner of new Set([who.owner, ''])) {
    const name = await nameOf(own, owner, service)
    const record = await database.get('drafts', name)
    if (record) return opened(own, name, record)
  }
  return null
}

/** @param {keys.Keys} own @param {phone.State} who @returns {Promise<Local[]>} those that open */
export const list = async (own, who) => {
  const mine = (await database.all('drafts')).filter(([, record]) => record.owner === '' || record.owner === who.owner)
  const read = await Promise.all(mine.map(([name, record]) => opened(own, name, record).catch(() => null)))
  return read.filter((local) => local !== null)
}

/** @param {keys.Keys} own @param {string} owner @param {Draft} draft @returns {Promise<Local>} not on the phone yet */
export const begin = async (own, owner, draft) => ({
  name: await nameOf(own, owner, draft.service), seq: 0, owner, draft, held: draft.revision ? draft.id : '', dirty: 0, theirs: null, stale: 0, tried: [],
})

/** @param {string} service @param {number} version @param {string} lang @param {any} facts @param {string} [id] @returns {Draft} */
export const fresh = (service, version, lang, facts, id) => ({
  id: id || keys.newId(), service, version, revision: 0, answers: {}, raw: {}, facts, lang, updated_at: phone.stamp(Date.now()),
})

/** On the phone when it answers, with what else must change with it. False: another window was faster, read it again. @param {keys.Keys} own @param {Local} local @param {database.Write[]} [more] @returns {Promise<boolean>} */
export const keep = async (own, local, more = []) => {
  const { name, seq, owner, ...body } = local
  const record = { seq: seq + 1, owner, ...(await keys.seal(own, 'drafts', name, body)) }
  return database.write([['drafts', name, record], ...more], { store: 'drafts', key: name, seq })
}

/**
 * What she began on pages of the server's, or on another phone, comes to this one; of what is here already, the page
 * of its next step asks. @param {keys.Keys} own @param {phone.State} who @param {{ service: string, id: string, revision: number }[]} there @param {any} facts @param {number} ms
 */
export const adoptAll = async (own, who, there, facts, ms) => {
  for (const { service, id, revision } of there) {
    if ((await database.get('outbox', id)) || (await database.get('receipts', id))) continue // sent from here since
    const local = await find(own, who, service)
    if (local && local.draft.revision >= revision) continue
    if (local) {
      await keep(own, { ...local, stale: 1 })
      continue
    }
    const theirs = await fetched(service, writer(who), ms)
    if (theirs?.revision) await keep(own, await begin(own, writer(who), { ...theirs, facts: theirs.facts || facts }))
  }
}

/** Change it as it stands now, however many windows write. @param {keys.Keys} own @param {phone.State} who @param {string} service @param {(local: Local) => Local} how @returns {Promise<Local | null>} */
export const change = async (own, who, service, how) => {
  for (;;) {
    const local = await find(own, who, service)
    if (!local) return null
    const next = how(local)
    if (await keep(own, next)) return { ...next, seq: local.seq + 1 }
  }
}

/** @param {Local} local @returns {Promise<boolean>} false: it moved meanwhile */
export const remove = (local) => database.write([['drafts', local.name]], { store: 'drafts', key: local.name, seq: local.seq })

/** What the server holds for this writer: the stored draft, or a fresh one of revision 0. @param {string} service @param {string} owner @param {number} ms @returns {Promise<Draft & { mine: number } | null>} null: it will not say */
export const fetched = async (service, owner, ms) => {
  const { ok, body } = await ask(`/api/drafts/${service}`, { owner, ms })
  return ok ? body : null
}

/**
 * The server's draft wins only if it is newer and we have nothing it lacks. Else both stay. `fromHere`: this very phone
 * wrote it there, on pages of the server's; she has seen those after what we hold, so there is nothing to choose.
 * @param {Local} local @param {Draft} theirs @param {number} [fromHere] @returns {Local}
 */
export const merged = (local, theirs, fromHere = 0) => {
  const facts = theirs.facts || local.draft.facts
  const ours = { ...local, stale: 0, draft: { ...local.draft, facts } }
  if (theirs.revision <= local.draft.revision) return ours
  const seen = { ...ours, held: theirs.id, draft: { ...ours.draft, revision: theirs.revision } }
  if (contentOf(theirs) === contentOf(local.draft)) return { ...seen, dirty: 0, tried: [] }
  if (!local.dirty) return { ...seen, draft: { ...theirs, facts }, tried: [] }
  if (local.tried.includes(contentOf(theirs))) return seen // ours: only the reply was lost
  if (fromHere && local.tried.includes(contentOf(local.draft))) {
    return { ...seen, draft: { ...theirs, answers: { ...local.draft.answers, ...theirs.answers }, facts }, tried: [] }
  }
  return { ...ours, theirs }
}

/** One of two goes on; the other was seen and left. @param {Local} local @param {'mine' | 'theirs'} which @returns {Local} */
export const chosen = (local, which) => {
  const { theirs, draft } = local
  if (!theirs) return local
  const settled = { ...local, held: theirs.revision ? theirs.id : local.held, theirs: null, tried: [] }
  // A version that was on this phone only (revision as old as ours) still has to reach the server.
  if (which === 'theirs') return { ...settled, draft: { ...theirs, revision: Math.max(theirs.revision, draft.revision), facts: theirs.facts || draft.facts }, dirty: 1 }
  return { ...settled, draft: { ...draft, revision: Math.max(theirs.revision, draft.revision) }, dirty: 1 }
}

/** @type {Promise<any>} one at a time: two at once would meet each other's revision and call it a conflict */
let line = Promise.resolve()

/** Bring one draft to the server. @param {string} service @param {number} [ms] @returns {Promise<boolean>} true: the server has all of it */
export const sync = (service, ms = 8000) => {
  const turn = line.then(() => synced(service, ms)).catch((error) => {
    if (error instanceof Unreachable || error instanceof database.NotKept || error instanceof keys.Unreadable) return false
    throw error
  })
  line = turn.catch(() => {})
  return turn
}

/** Another hand may have written there meanwhile: ask before the next step. @param {string} [service] all, if none is named */
export const recheck = async (service) => {
  const own = await phone.own()
  const who = await phone.state()
  if (!own) return
  for (const local of await list(own, who)) {
    if (!local.stale && (!service || service === local.draft.service)) await keep(own, { ...local, stale: 1 })
  }
}

/** @param {string} service @param {number} ms @returns {Promise<boolean>} */
const synced = async (service, ms) => {
  const own = await phone.own()
  const who = await phone.state()
  for (let tries = 0; own && tries < 4; tries++) {
    const local = await find(own, who, service)
    if (!local || !local.dirty) return true
    if (local.theirs) return false
    const { draft, owner, held } = local
    const sent = contentOf(draft)
    if (!local.tried.includes(sent)) {
      // Noted before it leaves: should the reply be lost, our own content must not come back as another device's.
      if (!(await keep(own, { ...local, tried: [...local.tried.slice(-9), sent] }))) continue
    }
    const { id, version, revision, answers, raw, lang } = draft
    const { status, body, ok } = await ask(`/api/drafts/${service}`, { method: 'PUT', owner, ms, json: { id, version, revision, answers, raw, lang, replaces: held === id ? '' : held } })
    if (ok) {
      // Its photos with it: until the server has them all, the draft is not wholly there.
      const lacks = await uploadAll(own, owner, { service, version, answers }).catch(() => ({ status: 0 }))
      const after = await change(own, who, service, (now) => ({
        ...now, tried: [], held: id, draft: { ...now.draft, revision: body.revision }, dirty: contentOf(now.draft) === sent && !lacks ? 0 : 1,
      }))
      if (lacks) return false
      if (!after || !after.dirty) return true
    } else if (status === 409 && body?.theirs) {
      await change(own, who, service, (now) => merged(now, body.theirs, body.mine))
    } else if (status === 409) {
      // Gone on the server: sent or erased elsewhere. What is here stays here, and is stored anew.
      await change(own, who, service, (now) => ({ ...now, held: '', draft: { ...now.draft, revision: 0 } }))
    } else {
      return false
    }
  }
  return false
}

/** No room on the phone: the server keeps it, and what lies here, older now, makes way. @param {Local} local @param {unknown} error @returns {Promise<boolean>} throws: neither could keep it */
export const instead = async (local, error) => {
  if (!(error instanceof database.NotKept)) throw error
  const { id, service, version, revision, answers, raw, lang } = local.draft
  const json = { id, version, revision, answers, raw, lang, replaces: local.held === id ? '' : local.held }
  const told = await ask(`/api/drafts/${service}`, { method: 'PUT', owner: local.owner, ms: 8000, json }).catch(() => null)
  if (!told?.ok || local.theirs) throw error
  return local.seq === 0 || remove(local)
}

/** All that the server has not got. @param {number} [ms] @returns {Promise<Local[]>} those it still has not */
export const syncAll = async (ms) => {
  const own = await phone.own()
  if (!own) return []
  const who = await phone.state()
  for (const local of await list(own, who)) if (local.dirty) await sync(local.draft.service, ms)
  return (await list(own, who)).filter((local) => local.dirty)
}

/** Somebody signed in: what a guest wrote on her own phone is hers now, as on the server; but not what may have been received as a guest's. @param {keys.Keys} own @param {string} owner */
export const handOver = async (own, owner) => {
  for (const [name, record] of await database.all('drafts')) {
    if (record.owner !== '') continue
    const guest = await opened(own, name, record).catch(() => null)
    if (!guest) continue
    const hers = await find(own, { .../** @type {phone.State} */ ({}), owner, signed: 1 }, guest.draft.service)
    const next = hers && hers.owner === owner
      ? { ...hers, theirs: hers.theirs || guest.draft }
      : { ...guest, name: await nameOf(own, owner, guest.draft.service), owner, seq: 0, stale: 1 }
    if (await keep(own, next)) await remove(guest)
  }
  await outbox.handOver(owner)
}
