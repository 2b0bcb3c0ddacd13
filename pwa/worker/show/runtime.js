// What compiled templates stand on: strict reading and printing, then the sentences. The twins are Jinja2 under
// `backend/web/rendering/renderer.py`, and `i18n/catalogue.py`. Both sides raise in the same places.
import { formats } from './formats.js'
import { mark } from './packing.js'
import { plurals } from './plurals.js'

/** HTML that is already escaped. */
class Safe {
  /** @param {string} s */
  constructor(s) {
    this.s = s
  }
}

/** @type {Record<string, string>} MarkupSafe's table */
const ENTITY = { '&': '&amp;', '"': '&#34;', "'": '&#39;', '<': '&lt;', '>': '&gt;' }
/** @param {string} s */
const escape = (s) => s.replace(/[&"'<>]/g, (c) => ENTITY[c])

/** Text and whole numbers; a bool is neither. @param {any} v @returns {string} */
const text = (v) => {
  if (typeof v === 'string') return v
  if (Number.isSafeInteger(v)) return String(v)
  throw new TypeError('cannot print ' + typeof v)
}

/** Safe: what a macro or a message made. @param {TemplateStringsArray} parts @param {...any} values */
export const H = (parts, ...values) => new Safe(String.raw({ raw: parts }, ...values.map(E)))

/** Print. @param {any} v @returns {string} */
export const E = (v) => (v instanceof Safe ? v.s : escape(text(v)))

/** Join text, as Jinja2's `~` does. @param {...any} vs */
export const J = (...vs) => (vs.some((v) => v instanceof Safe) ? new Safe(vs.map(E).join('')) : vs.map(text).join(''))

/** Get, or raise. @param {any} o @param {...string} path */
export const G = (o, ...path) => {
  for (const k of path) {
    if (o == null || !Object.prototype.hasOwnProperty.call(o, k)) throw new ReferenceError(k)
    o = o[k]
  }
  return o
}

/** True as Python sees it. @param {any} v @returns {boolean} */
export const T = (v) => {
  if (v instanceof Safe) return v.s !== ''
  if (Array.isArray(v)) return v.length > 0
  return v && v.constructor === Object ? Object.keys(v).length > 0 : Boolean(v)
}

/** Length of a list. @param {any} v @returns {number} */
export const N = (v) => {
  if (Array.isArray(v)) return v.length
  throw new TypeError('length')
}

/** Loop. @param {any} list @param {(x: any, i: number, n: number) => Safe} each @param {() => any} [none] */
export const L = (list, each, none) => {
  const n = N(list)
  return n ? new Safe(list.map((/** @type {any} */ x, /** @type {number} */ i) => each(x, i, n).s).join('')) : none ? none() : ''
}

/** Equal, between values of one type. @param {any} a @param {any} b */
export const Q = (a, b) => {
  if ((a && typeof a === 'object' && !(a instanceof Safe)) || (b && typeof b === 'object' && !(b instanceof Safe))) throw new TypeError('compare')
  return (a instanceof Safe ? a.s : a) === (b instanceof Safe ? b.s : b)
}

/** A whole number, for `<` and its kin. @param {any} v @returns {number} */
export const I = (v) => {
  if (Number.isSafeInteger(v)) return v
  throw new TypeError('order')
}

/** @typedef {string | string[] | { in: string, dir: string, text: string | string[] }} Found */

/** @param {string} s */
const bare = (s) => s.replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '').replace(/[\u00a0\u202f]/g, ' ')

/** One pass, so that a value which looks like a name or a mark stays text. @param {string} form @param {any} values */
const fill = (form, values) => {
  const has = Object.prototype.hasOwnProperty
  return form.replace(/\{(\w+)\}|<(\/?)(link|strong)>|[&"'<>]/g, (found, name, closing, mark) => {
    if (name) return has.call(values, name) ? '\u2068' + escape(text(values[name])) + '\u2069' : found
    if (mark === 'strong') return found
    if (mark) return closing ? '</a>' : `<a href="${escape(text(values.link))}">`
    return ENTITY[found]
  })
}

/** @param {string} form @param {any} values */
const fillPlain = (form, values) =>
  bare(form.replace(/<\/?(?:link|strong)>/g, '').replace(/\{(\w+)\}/g, (found, name) =>
    Object.prototype.hasOwnProperty.call(values, name) ? text(values[name]) : found))

/**
 * What templates may call, in one language. Messages are numbers into `messages.asked`.
 * @param {Record<string, any>} bundle
 */
export const make = (bundle) => {
  const { language, messages } = bundle
  const forms = formats(bundle.formats)
  const home = language.code

  /** @param {Found} found @param {(forms: string[], code: string) => string} pick */
  const unpack = (found, pick) => {
    const foreign = typeof found === 'object' && !Array.isArray(found)
    const all = foreign ? found.text : found
    return { form: pick(typeof all === 'string' ? [all] : all, foreign ? found.in : home), foreign: foreign ? found : null }
  }
  /** @param {string[]} all */
  const first = (all) => all[0]
  /** @param {any} n */
  const counted = (n) => {
    if (!Number.isSafeInteger(n) || n < 0) throw new RangeError('count')
    return (/** @type {string[]} */ all, /** @type {string} */ code) => all[plurals[code](n)]
  }
  /** @param {Found} found @param {any} values @param {any} pick */
  const html = (found, values, pick = first) => {
    const { form, foreign } = unpack(found, pick)
    const filled = fill(form, values)
    return new Safe(foreign ? `<span class="foreign" lang="${foreign.in}" dir="${foreign.dir}">${filled}</span>` : filled)
  }
  /** A mark, as this phone's own pages have it, or English, as the server's have. @param {string} sentence @returns {Found} */
  const said = (sentence) => {
    const known = [sentence, mark(sentence)].find((name) => Object.hasOwn(messages.said, name))
    return known ? messages.said[known] : home === 'en' ? sentence : { in: 'en', dir: 'ltr', text: sentence }
  }

  return {
    ...forms,
    lang: language,
    languages: bundle.languages,
    assets: bundle.assets,
    t: (/** @type {number} */ m, values = {}) => html(messages.asked[m], values),
    tn: (/** @type {number} */ m, /** @type {number} */ n, values = {}) =>
      html(messages.asked[m], { ...values, n: forms.number(n) }, counted(n)),
    say: (/** @type {string} */ s, values = {}) => (s ? html(said(s), values) : ''),
    plain: (/** @type {number} */ m, values = {}) => fillPlain(unpack(messages.asked[m], first).form, values),
    plain_n: (/** @type {number} */ m, /** @type {number} */ n, values = {}) =>
      fillPlain(unpack(messages.asked[m], counted(n)).form, { ...values, n: forms.number(n) }),
    plain_say: (/** @type {string} */ s, values = {}) => (s ? fillPlain(unpack(said(s), first).form, values) : ''),
  }
}
