// Telling the server what became of a message: shown, pressed, put off, done. The token in the message is enough, for
// nobody may be signed in. A receipt that cannot leave waits for the next time anything wakes this worker. Nothing here
// throws: the notification must not hang on it.
import { ask, Unreachable } from '../send/network.js'
import { change, memory, MOST } from './memory.js'

/** @typedef {import('./memory.js').Receipt} Receipt */

const AGAIN = [408, 425, 429]
const TIMEOUT_MS = 8000

/** @param {'shown' | 'clicked' | 'done' | 'tomorrow'} event @param {string} token '' : nobody waits for it @returns {Promise<void>} */
export const tell = async (event, token) => {
  if (!token) return
  const kept = await change((was) => ({ ...was, waiting: [...was.waiting, { event, token }].slice(-MOST) })).catch(() => null)
  if (kept) await flush()
  else await posted({ event, token }).catch(() => {}) // no room to wait in: one try
}

/** @returns {Promise<void>} */
export const flush = async () => {
  try {
    for (const one of (await memory()).waiting) {
      if (!(await posted(one))) return
      await change((was) => ({ ...was, waiting: was.waiting.filter(({ event, token }) => event !== one.event || token !== one.token) }))
    }
  } catch {} // no storage: what waits is still there, and is told twice at worst
}

/** @param {Receipt} receipt @returns {Promise<boolean>} false: ask again later */
const posted = async (receipt) => {
  try {
    const { status } = await ask('/api/push/seen', { method: 'POST', json: receipt, ms: TIMEOUT_MS })
    return status < 500 && !AGAIN.includes(status)
  } catch (error) {
    if (error instanceof Unreachable) return false
    throw error
  }
}
