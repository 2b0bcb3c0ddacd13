// One person's pages on her own phone, as the server made them: sealed, and filed under names that tell nothing. Of letters
// there is a most: the one fetched or read longest ago goes first.
import * as database from './database.js'
import * as keys from './keys.js'

/** @typedef {{ at: number, context: any }} Kept `at`: when it was fetched, ms */

/** Of all her letters together: some hundreds. */
export const MOST_BYTES = 4 * 2 ** 20

/** A letter is one page, whatever is said above it. @param {string} here a page's address without the language */
const pageOf = (here) => /^post\/[0-9a-f]{32}/.exec(here)?.[0] || here

/** @param {keys.Keys} own @param {string} owner @param {string} here */
const nameOf = (own, owner, here) => keys.nameOf(own, 'page', owner, pageOf(here))

/** @param {keys.Keys} own @param {string} owner @param {string} here @param {any} context throws `NotKept` */
export const keep = async (own, owner, here, context) => {
  const name = await nameOf(own, owner, here)
  const isLetter = pageOf(here).startsWith('post/')
  const sealed = await keys.seal(own, 'kept', name, { at: Date.now(), context: isLetter ? { ...context, told: '' } : context })
  // Nothing of hers comes back once she has signed out, however long it was on its way.
  await database.write([['kept', name, isLetter ? { ...sealed, letter: Date.now() } : sealed]], { store: 'keys', key: 'device', seq: 1 })
}

/** @param {keys.Keys} own @param {string} owner @param {string} here @returns {Promise<Kept | null>} null: none, or it does not open any more */
export const find = async (own, owner, here) => {
  const name = await nameOf(own, owner, here)
  const sealed = await database.get('kept', name)
  return sealed ? keys.unseal(own, 'kept', name, sealed).catch(() => null) : null
}

/** @param {number} [most] bytes */
export const tidy = async (most = MOST_BYTES) => {
  const letters = (await database.all('kept')).filter(([, one]) => one.letter).sort(([, a], [, b]) => b.letter - a.letter)
  let size = 0
  const gone = letters.filter(([, { body }]) => (size += body.byteLength) > most)
  if (gone.length) await database.write(gone.map(([name]) => ['kept', name]))
}
