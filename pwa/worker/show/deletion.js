// Throwing away what was written, or one row of it, or what waits to be sent: asked first, and undone from the page that
// follows. The twin of `backend/web/pages/deletion.py`. What an undo needs travels sealed in that one page, for ten
// minutes and for this phone alone: the phone itself keeps nothing of it. Null: the server answers.
import { withoutRow } from '../domain/answers.js'
import * as views from '../domain/views.js'
import * as database from '../keep/database.js'
import * as drafts from '../keep/drafts.js'
import * as journeyContext from '../keep/journey-context.js'
import * as keys from '../keep/keys.js'
import * as phone from '../keep/phone.js'
import { ask } from '../send/network.js'
import * as outbox from '../send/outbox.js'
import * as forms from './forms.js'
import * as show from './response.js'

/** @typedef {import('../routes.js').Place} Place */
/** @typedef {import('../keep/journey-context.js').JourneyContext} JourneyContext */
/** What was thrown away: a draft, or with `key` an item of the outbox. `left` is the content of the draft that is left. @typedef {{ draft?: drafts.Draft, item?: any, key?: string, left?: string, at: number }} Thrown */

const UNDO_MS = 10 * 60 * 1000
const MOST = 100000

/** @param {Place} at @param {string} group @param {string} row @param {string} [key] */
export const address = (at, group, row, key) => {
  const asked = key ? `?key=${key}` : row ? `?group=${encodeURIComponent(group)}&row=${encodeURIComponent(row)}` : ''
  return `services/${at.service}/delete${asked}`
}

/** @param {Place} at @returns {Promise<Response | null>} */
export const page = async (at) => {
  if (at.key) return pageOfItem(at)
  const journey = await journeyContext.begun(at)
  if (!journey) return null
  const said = new URLSearchParams(at.here.split('?')[1] || '')
  return drawn(journey, at, 'ask', said.get('group') || '', said.get('row') || '')
}

/** @param {JourneyContext} journey @param {Place} at @param {string} state @param {string} group @param {string} row @param {string} [undo] @param {number} [status] */
const drawn = ({ held, service, walked, local: { draft } }, at, state, group, row, undo = '', status = 200) =>
  show.computed(held, at, 'deletion', {
    ...views.deletion(service, walked, group, row, draft.facts), key: '', state, undo, draft: draft.id, revision: draft.revision,
  }, { status })

/** @param {Place} at @param {string} [state] @param {string} [undo] */
const pageOfItem = async (at, state = 'ask', undo = '') => {
  const found = await journeyContext.room(at)
  if (!found || (state === 'ask' && !(await outbox.hers(at.key, found.who)))) return null
  const { held, newest: { id, title, icon = '' } } = found
  const back = `services/${id}/done?key=${at.key}`
  return show.computed(held, at, 'deletion', {
    service: { id, title, icon }, group: '', row: '', text: [], count: 0, key: at.key, back, state, undo, draft: '', revision: 0,
  })
}

/** @param {FetchEvent} event @param {Place} at @param {Request} copy @returns {Promise<Response | null>} */
export const post = async (event, at, copy) => {
  const { said } = await forms.read(copy)
  const room = await journeyContext.room(at)
  if (!room) return null
  const [group, row, key] = ['group', 'row', 'key'].map((name) => said.get(name) || '')
  if (said.get('do') === 'undo') return undo(event, room, { ...at, key }, group, row, said.get('undo') || '')
  if (key) return deleteItem(room, { ...at, key })
  for (;;) {
    const journey = await journeyContext.begun(at)
    if (!journey) return null
    if (said.get('draft') !== journey.local.draft.id) return show.go(at, journeyContext.addressOf(at, journey.walked.at))
    const left = row ? await withoutThatRow(event, journey, group, row) : await erased(journey)
    if (left === null) continue // another window was faster
    const token = await sealed(room.own, at.service, { draft: journey.local.draft, left, at: Date.now() })
    return drawn(journey, at, 'done', group, row, token)
  }
}

/** @param {JourneyContext} journey @returns {Promise<string | null>} '' nothing is left; null: try again */
const erased = async ({ own, local }) => {
  const { service, version, lang, facts, revision } = local.draft
  const gone = await ask(`/api/drafts/${service}`, { method: 'DELETE', owner: local.owner, ms: journeyContext.TIMEOUT_MS }).catch(() => null)
  // The server cannot be told now: an empty draft stays and takes the place of the server's when it can.
  const empty = { ...local, draft: { ...drafts.fresh(service, version, lang, facts), revision }, dirty: 1, theirs: null, tried: [] }
  if (gone?.ok) return (await drafts.remove(local)) ? '' : null
  return (await drafts.keep(own, empty)) ? drafts.contentOf(empty.draft) : null
}

/** @param {FetchEvent} event @param {JourneyContext} journey @param {string} group @param {string} row @returns {Promise<string | null>} */
const withoutThatRow = async (event, { own, local }, group, row) => {
  const draft = { ...local.draft, answers: withoutRow(local.draft.answers, group, row), updated_at: phone.stamp(Date.now()) }
  const next = { ...local, draft, dirty: 1 }
  if (!(await drafts.keep(own, next).catch((error) => drafts.instead(next, error)))) return null
  event.waitUntil(drafts.sync(draft.service))
  return drafts.contentOf(draft)
}

/** @param {journeyContext.Room} room @param {Place} at */
const deleteItem = async ({ own, who }, at) => {
  const item = await outbox.hers(at.key, who)
  if (!item) return show.go(at, 'mine')
  // Tried before, and its answer lost: what the authority has cannot be deleted here, its receipt is shown.
  if ((await outbox.whetherReceived(item)) === 'received') return show.go(at, `services/${at.service}/done?key=${at.key}`)
  const token = await sealed(own, at.service, { item: { ...item, iv: text(item.iv), body: text(item.body) }, key: at.key, at: Date.now() })
  await database.write([['outbox', at.key]])
  return pageOfItem(at, 'done', token)
}

/**
 * As it was, unless something was written since, or it is too long ago.
 * @param {FetchEvent} event @param {journeyContext.Room} room @param {Place} at @param {string} group @param {string} row @param {string} token
 */
const undo = async (event, room, at, group, row, token) => {
  const { own, who } = room
  const thrown = await opened(own, at.service, token)
  const isLate = !thrown || Date.now() - thrown.at > UNDO_MS || thrown.at > Date.now()
  if (thrown?.item && !isLate) {
    await database.write([['outbox', thrown.key || '', { ...thrown.item, iv: bytes(thrown.item.iv), body: bytes(thrown.item.body).buffer }]])
    return show.go(at, `services/${at.service}/done?key=${thrown.key}`)
  }
  const now = await drafts.find(own, who, at.service)
  const left = now ? drafts.contentOf(now.draft) : ''
  if (isLate || !thrown?.draft || left !== thrown.left) return tooLate(room, at)
  const draft = { ...thrown.draft, revision: now ? now.draft.revision : 0, updated_at: phone.stamp(Date.now()) }
  const back = now ? { ...now, draft, dirty: 1 } : { ...(await drafts.begin(own, drafts.writer(who), draft)), dirty: 1 }
  if (!(await drafts.keep(own, back))) return tooLate(room, at)
  event.waitUntil(drafts.sync(at.service))
  const journey = journeyContext.withDraft(room, back)
  return journey && show.go(at, row ? `services/${at.service}/${group}` : journeyContext.addressOf(at, journey.walked.at))
}

/** @param {journeyContext.Room} room @param {Place} at */
const tooLate = ({ held, newest: { id, title, icon = '' } }, at) =>
  show.computed(held, at, 'deletion', {
    service: { id, title, icon }, group: '', row: '', text: [], count: 0, key: at.key, back: `services/${id}`, state: 'gone', undo: '', draft: '', revision: 0,
  }, { status: 409 })

/** @param {keys.Keys} own @param {string} service @param {Thrown} thrown */
const sealed = async (own, service, thrown) => {
  const { iv, body } = await keys.seal(own, 'undo', service, thrown)
  const token = `${text(iv)}.${text(body)}`
  return token.length < MOST ? token : ''
}

/** @param {keys.Keys} own @param {string} service @param {string} token @returns {Promise<Thrown | null>} null for whatever this phone did not make */
const opened = async (own, service, token) => {
  try {
    const [iv, body] = token.split('.')
    return await keys.unseal(own, 'undo', service, { iv: bytes(iv), body: bytes(body) })
  } catch {
    return null
  }
}

/** @param {ArrayBuffer | Uint8Array} of */
const text = (of) => btoa([...new Uint8Array(of)].map((byte) => String.fromCharCode(byte)).join(''))

/** @param {string} of */
const bytes = (of) => Uint8Array.from(atob(of), (sign) => sign.charCodeAt(0))
