// Whose phone this is and how it likes to read: the little that is kept in the clear, none of it personal.
import * as keys from './keys.js'
import * as database from './database.js'

/**
 * @typedef {object} State
 * @property {'yes' | 'no' | 'unasked'} own
 * @property {string} owner opaque id of whoever signed in here last; stays when the session ends, goes at sign-out
 * @property {number} signed 1: the server knew that person when we last heard from it
 * @property {number} unsure 1: somebody may have signed in since, past this worker
 * @property {number} left 1: signed out here without a network; the server does not know yet
 * @property {string} lang
 * @property {string[]} langs
 * @property {string} text
 * @property {string} contrast
 * @property {number} skew the server's clock minus ours, ms
 */

/** @type {State} */
const UNKNOWN = { own: 'unasked', owner: '', signed: 0, unsure: 0, left: 0, lang: '', langs: [], text: '100', contrast: 'normal', skew: 0 }

/** Storage shut off counts as a phone that others use: nothing is kept. @returns {Promise<State>} */
export const state = async () => ({ ...UNKNOWN, ...(await database.get('phone', 'state').catch(() => undefined)) })

/** @param {(before: State) => State} how @returns {Promise<State>} */
export const change = async (how) => {
  for (;;) {
    const before = { seq: 0, ...(await state()) }
    const after = { ...how(before), seq: before.seq + 1 }
    if (JSON.stringify({ ...after, seq: 0 }) === JSON.stringify({ ...before, seq: 0 })) return before
    if (await database.write([['phone', 'state', after]], { store: 'phone', key: 'state', seq: before.seq })) return after
  }
}

/**
 * What the server's answer tells about this phone.
 * @param {any} frame @param {string} lang @param {string | null} date its Date header
 * @returns {Promise<State>} as it is now
 */
export const note = async (frame, lang, date) => {
  const before = await state()
  const skew = date ? Math.round((Date.parse(date) - Date.now()) / 60000) * 60000 : before.skew // i18n-free: a header, not a day
  const now = await change((was) => ({
    ...was, skew, lang, langs: was.langs.includes(lang) ? was.langs : [...was.langs, lang],
    // "No" after "yes" waits until nothing would be lost by it: sign-out.js.
    own: frame.own_phone === 'yes' || was.own === 'yes' ? 'yes' : frame.own_phone,
    owner: frame.owner || was.owner, signed: frame.signed_in, text: frame.text, contrast: frame.contrast,
  }))
  if (now.own === 'yes' && !(await keys.found())) await keys.make()
  return now
}

/** The key before the word: with `own` there is always something to seal with. @param {'yes' | 'no'} own */
export const declare = async (own) => {
  if (own === 'yes' && !(await keys.found())) await keys.make()
  await change((was) => ({ ...was, own, unsure: own === 'yes' ? 1 : was.unsure }))
}

/** The keys of a phone that its owner called her own; undefined: keep nothing. @returns {Promise<keys.Keys | undefined>} */
export const own = async () => ((await state()).own === 'yes' ? keys.found().catch(() => undefined) : undefined)

const two = (/** @type {number} */ n) => String(n).padStart(2, '0')

/** @param {State} of @returns {string} the day on this phone's wall, mended by the server's clock; the server judges with its own */
export const today = (of) => stamp(Date.now() + of.skew).slice(0, 10)

/** Wall time with offset, the form of every context: "2026-11-21T14:05+01:00". @param {number} ms */
export const stamp = (ms) => {
  const d = new Date(ms)
  const ahead = -d.getTimezoneOffset()
  const offset = Math.abs(ahead)
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}T${two(d.getHours())}:${two(d.getMinutes())}`
    + `${ahead < 0 ? '-' : '+'}${two(Math.floor(offset / 60))}:${two(offset % 60)}`
}
