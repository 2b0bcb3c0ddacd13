// What this phone remembers of messages: which it has shown, which receipts nobody has taken yet, and whether its owner
// wants messages here. Nothing in it tells who she is; signing out empties it.
import * as database from '../keep/database.js'

/**
 * @typedef {object} Wanted that she asked for messages on this phone
 * @property {string} id the server's name for this phone
 * @property {string} owner opaque: whose messages
 * @property {string} key the server's public key they are signed with, base64url
 * @property {string} mark address and language as the server last heard them
 * @property {number} at when, ms
 */
/** @typedef {{ event: string, token: string }} Receipt */
/** @typedef {{ seen: string[], waiting: Receipt[], wanted: Wanted | null }} Memory */

/** @type {Memory} */
const NOTHING = { seen: [], waiting: [], wanted: null }
export const MOST = 50

/** Storage shut off remembers nothing. @returns {Promise<Memory>} */
export const memory = async () => ({ ...NOTHING, ...(await database.get('phone', 'push').catch(() => undefined)) })

/** @param {(was: Memory) => Memory} how @returns {Promise<Memory>} throws `NotKept` */
export const change = async (how) => {
  for (;;) {
    const was = /** @type {any} */ (await memory())
    const now = { ...how(was), seq: (was.seq || 0) + 1 }
    if (await database.write([['phone', 'push', now]], { store: 'phone', key: 'push', seq: was.seq || 0 })) return now
  }
}

export const forget = () => database.write([['phone', 'push']])

/** Whether this delivery was shown before; from now on it was. @param {string} token */
export const seenBefore = async (token) => {
  let isSeen = false
  const noted = (/** @type {Memory} */ was) => {
    isSeen = was.seen.includes(token)
    return isSeen ? was : { ...was, seen: [...was.seen, token].slice(-MOST) }
  }
  if (token) await change(noted)
  return isSeen
}
