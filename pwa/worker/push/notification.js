// What a message from the push service says, read so that whatever came there is something to show. Pure.
//
// One JSON serves two ways: Safari shows its `notification` itself and hands it on as `event.notification`; everywhere
// else it is read from `event.data`. There is no third way: a push that shows nothing costs the subscription.
import { words } from './words.js'

/**
 * @typedef {object} Shown
 * @property {string} title
 * @property {any} options what `showNotification` takes
 * @property {string} receipt proves this one delivery to the server; '' where none came
 * @property {string} id of the notice, opaque
 * @property {number} badge how many things need an act; -1 where nothing was said
 */

const NAME = 'Medborger'
const DIRECTIONS = ['ltr', 'rtl', 'auto']
const TOKEN = /^[\w-]{22,86}$/
const ID = /^[\w-]{1,64}$/
/** Of everything that tells no tag: the newest of them stands alone. */
const TAG = 'news'
const LONGEST = 300

/** @param {any} event @returns {any} null: it has no data, or none that can be read */
export const said = (event) => {
  try {
    if (event.notification) return { notification: event.notification, app_badge: event.appBadge }
    return event.data ? event.data.json() : null
  } catch {
    return null
  }
}

/** Words for this phone, in the language it was last read in, else the browser's own, else Danish. @param {...string} langs */
export const wordsOf = (...langs) => {
  const lang = [...langs, 'da'].find((one) => Object.hasOwn(words, one)) || 'da'
  return { lang, ...words[lang] }
}

/**
 * @param {any} message as `said` gives it @param {string} origin ours @param {ReturnType<typeof wordsOf>} ours
 * @param {{ isOwn: boolean, isRepeat: boolean, unsent: number }} here `isOwn`: hers alone, so that it may show what she chose
 * @returns {Shown}
 */
export const read = (message, origin, ours, here) => {
  const told = (here.isOwn && message?.notification) || {}
  const data = message?.notification?.data || {}
  const title = text(told.title)
  const body = text(told.body) || (title ? '' : ours.news)
  const lang = title ? text(told.lang) : ours.lang
  const receipt = TOKEN.test(data.r) ? data.r : ''
  return {
    title: title || NAME, receipt, id: ID.test(data.id) ? data.id : '', badge: count(told.app_badge ?? message?.app_badge),
    options: {
      body: here.unsent ? `${body} ${ours.unsent}`.trim() : body, lang, dir: title ? direction(told.dir) : ours.dir, tag: text(told.tag) || TAG,
      silent: here.isRepeat || told.silent === true,
      data: { r: receipt, to: address(message?.notification?.navigate, origin, ours.lang) },
      ...(data.act === 1 && title ? { actions: [{ action: 'done', title: ours.done }, { action: 'tomorrow', title: ours.tomorrow }] } : {}),
    },
  }
}

/** A page of ours; anything else leads to what is hers. @param {any} to @param {string} origin @param {string} lang */
export const address = (to, origin, lang) => {
  try {
    const url = new URL(to)
    if (url.origin === origin) return url.href
  } catch {} // none, or no address
  return `${origin}/${lang}/mine`
}

/** @param {any} value */
const text = (value) => (typeof value === 'string' ? [...value.trim()].slice(0, LONGEST).join('') : '')

/** What is none of the three makes `showNotification` refuse all of it. @param {any} value */
const direction = (value) => (DIRECTIONS.includes(value) ? value : 'auto')

/** Said as a number by one text, as words by the other. @param {any} value */
const count = (value) => (/^\d{1,4}$/.test(String(value)) ? Number(value) : -1)
