// What waits to be sent. The only file that sends submissions: one at a time, oldest first, the same key on every
// try, removed only when the server has said that it has it. It knows no screen.
import * as keys from '../keep/keys.js'
import * as messages from './messages.js'
import { ask, Unreachable } from './network.js'
import * as phone from '../keep/phone.js'
import * as photos from '../keep/photos.js'
import { uploadAll } from './photos.js'
import * as database from '../keep/database.js'

/** @typedef {'queued' | 'sign-in' | 'failed'} State "sending" is not stored: a worker that dies in mid-send left it queued */
/**
 * @typedef {object} Item what stands in the clear beside the sealed body
 * @property {string} key the draft's generation id, the idempotency key
 * @property {string} owner opaque; '' for a guest
 * @property {State} state
 * @property {number} since when the person pressed Send, ms
 * @property {number} due not before, ms
 * @property {number} tries
 * @property {string} reason of `failed`: a code
 * @property {number} [seq] grows with each change
 * @property {number} [left] 1: a try has left the phone and nobody said that it was refused: the server may have it
 * @property {string} [sign] of a message: what it says, as a keyed hash
 * @property {number} [firm] 1: she chose a desk time just now; taken meanwhile, she is asked again. Else it becomes a to-do
 */

const SECOND = 1000
const DAY = 24 * 3600 * SECOND
const WARN_AFTER = 3 * DAY
/** The server keeps keys for 90 days at least; after 60 nothing goes by itself, the person is asked. */
const ASK_AFTER = 60 * DAY
const AGAIN = [408, 409, 425, 429]

/** Whose pages wait for the answer: the keys of what is being sent while its person looks on. @type {Set<string>} */
export const lookedOn = new Set()

/** When to try again, ms from now: 5 s, 10 s, … 1 h, or what the server asked for (at most a day). @param {number} tries @param {string | null} retryAfter */
export const wait = (tries, retryAfter) => {
  const asked = /^\d{1,6}$/.test(retryAfter || '') ? Number(retryAfter) * SECOND : 0
  return Math.max(Math.min(asked, DAY), Math.min(5 * SECOND * 2 ** Math.min(tries, 10), 3600 * SECOND))
}

/**
 * What an answer means for an item: null = received, take it out.
 * @param {Item} item @param {number} status @param {string | null} retryAfter @param {string} code @param {number} now @returns {Item | null}
 */
export const judged = (item, status, retryAfter, code, now) => {
  if (status === 200 || status === 201) return null
  const tries = item.tries + 1
  if (status === 401) return { ...item, state: 'sign-in', tries, left: 0 }
  if (AGAIN.includes(status) || status < 400 || status >= 500) {
    return { ...item, state: 'queued', tries, due: now + wait(item.tries, retryAfter) }
  }
  return { ...item, state: 'failed', tries, reason: code || 'refused', left: 0 }
}

/**
 * May it become another's who signed in? Not once a try has left: received as a guest's, it would be a second case under
 * her name. It is sent as a guest's, whoever is signed in. @param {Item} item
 */
export const mayChangeHands = (item) => item.owner === '' && !item.left && (item.state === 'sign-in' || item.tries === 0)

/** Somebody signed in: what waits and never left is hers now. What leaves at this very moment stays a guest's. @param {string} owner */
export const handOver = async (owner) => {
  for (const [key, item] of await database.all('outbox')) {
    if (mayChangeHands(item)) await database.write([['outbox', key, { ...item, owner, seq: next(item), state: item.state === 'sign-in' ? 'queued' : item.state }]], unmoved(item))
  }
}

/** @param {Item} item */
const next = (item) => (item.seq || 0) + 1

/** Only if nobody changed it since it was read. @param {Item} item */
const unmoved = (item) => ({ store: 'outbox', key: item.key, seq: item.seq || 0 })

/** May this item go now? @param {Item} item @param {{ owner: string, signed: number }} who @param {number} now */
export const isDue = (item, who, now) =>
  (item.owner === '' || item.owner === who.owner) && item.due <= now && now - item.since < ASK_AFTER
  && (item.state === 'queued' || (item.state === 'sign-in' && who.signed === 1 && item.owner === who.owner))

/** What the person is told. @param {Item} item @param {number} now @returns {{ state: State, reason: string, late: number }} */
export const told = (item, now) => now - item.since >= ASK_AFTER && item.state !== 'failed'
  ? { state: 'failed', reason: 'too-old', late: 1 }
  : { state: item.state, reason: item.reason, late: now - item.since >= WARN_AFTER ? 1 : 0 }

/** The items of whoever this phone belongs to now, oldest first. @returns {Promise<Item[]>} */
export const list = async () => {
  const { owner } = await phone.state()
  const items = (await database.all('outbox')).map(([, item]) => item)
  return items.filter((item) => item.owner === '' || item.owner === owner).sort((a, b) => a.since - b.since)
}

/** How many are not sent. @returns {Promise<number>} */
export const count = async () => (await list()).length

/**
 * @param {keys.Keys} own @param {string} owner @param {string} key @param {any} body @param {number} [firm]
 * @returns {Promise<Item & keys.Sealed>} sealed, ready for the one transaction that takes the draft out
 */
export const made = async (own, owner, key, body, firm = 0) => ({
  key, owner, state: 'queued', since: Date.now(), due: 0, tries: 0, reason: '', firm, seq: 1, left: 0, ...(await keys.seal(own, 'outbox', key, body)),
})

/** @type {Promise<void> | null} */
let running = null
let again = false

/** The item, if it is hers. @param {string} key @param {phone.State} who @returns {Promise<any>} */
export const hers = async (key, who) => {
  const item = await database.get('outbox', key)
  return item && (item.owner === '' || item.owner === who.owner) ? item : null
}

/** Send what is due. However often and from however many windows it is called: one at a time. @returns {Promise<void>} */
export const flush = () => {
  again = true
  running ??= locked().finally(() => { running = null })
  return running
}

const locked = async () => {
  const locks = globalThis.navigator?.locks
  if (!locks) return run()
  await locks.request('outbox', { ifAvailable: true }, (lock) => (lock ? run() : undefined))
}

const run = async () => {
  try {
    while (again) {
      again = false
      const who = await phone.state()
      for (const item of await list()) {
        if (isDue(item, who, Date.now()) && !(await sent(item))) return
      }
    }
  } catch (error) {
    if (!(error instanceof database.NotKept)) throw error // the item is still there, and so is the key
  }
}

/** Noted before it leaves, which without a network at all it cannot. Without room for the note it goes all the same: the server knows its key. @param {any} item @returns {Promise<any>} null: it changed hands or was deleted meanwhile */
const leaving = async (item) => {
  if (item.left || globalThis.navigator?.onLine === false) return item
  const marked = { ...item, left: 1, seq: next(item) }
  try {
    return (await database.write([['outbox', item.key, marked]], unmoved(item))) ? marked : null
  } catch (error) {
    if (error instanceof database.NotKept) return item
    throw error
  }
}

const UNREACHED = { status: 0, code: '', retryAfter: null }

/** One item, its photos first, one try. False: nobody answers, the others need not try. @param {any} found */
const sent = async (found) => {
  const own = await keys.found()
  if (!own) return false
  const body = await keys.unseal(own, 'outbox', found.key, found).catch(() => null)
  if (!body) return true // told as unreadable by the page that lists it
  // A paper's photo bears its own key: once it may be there, no other photo takes its place.
  const before = body.post?.kind === 'paper' ? await leaving(found) : found
  if (!before) return true
  const refused = await uploadAll(own, before.owner, body.submission).catch(() => UNREACHED)
  if (refused === UNREACHED) return false
  if (refused) {
    await settle(own, before, body, refused.status, refused.retryAfter, { code: refused.code.startsWith('file-') && !body.post ? 'bad-file' : refused.code })
    return true
  }
  const item = await leaving(before)
  if (!item) {
    again = true
    return true
  }
  try {
    const { submission, post } = body
    const { path, ...what } = post ? messages.request(item.key, post, submission.answers)
      : { path: `/api/submissions/${item.key}${item.firm ? '?firm=1' : ''}`, json: submission }
    const { reply, body: said, status } = await ask(path, { method: 'PUT', owner: item.owner, ...what })
    await settle(own, item, body, messages.isClosed(said) ? 410 : status, reply.headers.get('retry-after'), said)
    return true
  } catch (error) {
    if (error instanceof Unreachable) return false
    throw error
  }
}

export const TAKEN = 'slot-taken'

/** Somebody was quicker. Nobody looks on any more: it goes again at once, and choosing becomes a to-do. @param {any} item @returns {Item} */
const taken = (item) => {
  if (lookedOn.has(item.key)) return { ...item, state: 'failed', reason: TAKEN, left: 0 }
  again = true
  return { ...item, firm: 0, left: 0 }
}

/** @param {keys.Keys} own @param {any} item @param {any} body @param {number} status @param {string | null} retryAfter @param {any} said */
const settle = async (own, item, body, status, retryAfter, said) => {
  if (status === 401) await phone.change((state) => (item.owner ? { ...state, signed: 0 } : { ...state, unsure: 1 }))
  const code = messages.isClosed(said) ? 'paper-closed' : said?.why ? `file-${said.why}` : said?.code || ''
  const after = said?.code === TAKEN ? taken(item) : judged(item, status, retryAfter, code, Date.now())
  // Deleted while it was on its way, it does not come back.
  if (after) await database.write([['outbox', item.key, { ...after, seq: next(item) }]], unmoved(item))
  else await received(own, item, body, said)
}

/** @param {keys.Keys} own @param {Item} item @param {{ submission: { service: string, answers: any }, post?: messages.Post }} body @param {any} said */
const received = async (own, item, { submission: { service, answers }, post }, said) => {
  if (!(post ? said?.received_at : said?.receipt?.number)) throw new database.NotKept('a receipt without a number') // kept: the next try gets it again
  const what = post ? { service, path: messages.pathOf(post, said), at: said.received_at } : { service, said }
  const receipt = { owner: item.owner, since: item.since, sign: item.sign, ...(await keys.seal(own, 'receipts', item.key, what)) }
  await database.write([['receipts', item.key, receipt], ['outbox', item.key], ...(await photos.removals(own, answers))])
}

/**
 * Before what may have arrived is thrown away or written anew under another key: has the server got it?
 * @param {Item} item @returns {Promise<'received' | 'not' | 'unknown'>} received: its receipt is on the phone now
 */
export const whetherReceived = async (item) => {
  if (!item.left) return 'not'
  const own = await keys.found()
  const body = own && (await keys.unseal(own, 'outbox', item.key, /** @type {any} */ (item)).catch(() => null))
  if (body?.post) {
    await flush()
    return (await database.get('receipts', item.key)) ? 'received' : (await database.get('outbox', item.key))?.left ? 'unknown' : 'not'
  }
  const told = await ask('/api/submissions/' + item.key, { owner: item.owner, ms: 4000 }).catch(() => null)
  if (own && body && told?.status === 200) {
    await received(own, item, body, told.body)
    return 'received'
  }
  return told?.status === 404 ? 'not' : 'unknown'
}
