// What a person typed, made sense of: from a posted form to the value of a question.
//
// The twin of `backend/domain/reading.py`. Whether the value will do, `kinds.js` says.
import * as days from './days.js'
import { PHONE, problem } from './kinds.js'
import * as texts from './texts.js'

/** @typedef {import('./services.js').Question} Question */
/** @typedef {import('./conditions.js').Scope} Scope */
/** @typedef {Map<string, string[]>} Posted */
/** @typedef {[any, import('./kinds.js').Fault | null]} Read */

const NUMBER = /^(?:[0-9]{1,12}|[1-9][0-9]{0,2}(?:([ .,'])[0-9]{3})(?:\1[0-9]{3}){0,2})$/
const AMOUNT = /^(?:([0-9]{1,9}|[1-9][0-9]{0,2}(?:([ .,'])[0-9]{3})(?:\2[0-9]{3})?)(?:([.,])([0-9]{1,2}))?)$/
const CURRENCY = /^(?:kr\.?|dkk) ?| ?(?:kr\.?|dkk|,-|,--)$/g
const DAY = /^(?:([0-9]{1,2})\.?[ ./-]+([0-9]{1,2}|[^0-9 ./-]+)\.?[ ./-]+([0-9]{4}|[0-9]{2})|([0-9]{4})-([0-9]{2})-([0-9]{2}))$/

/** @param {any} value */
const isTable = (value) => value !== null && typeof value === 'object' && !Array.isArray(value)

/**
 * The value ('' when left empty), and what stops it from being one.
 * @param {Question} question @param {string} name @param {Posted} posted @param {any} held @param {Scope} scope
 * @param {string[][]} months @param {{ [key: string]: any }} upload @returns {Read}
 */
export const read = (question, name, posted, held, scope, months, upload) => {
  const { kind } = question
  if ([...posted.values()].flat().some(texts.isStrange)) return ['', problem('strange')]
  if (kind === 'date') return readDate(name, posted, scope.today, months)
  if (kind === 'address') return readAddress(name, posted)
  if (kind === 'choices') {
    const chosen = (question.options || []).map((option) => option.is).filter((id) => (posted.get(name) || []).includes(id))
    return [chosen.length ? chosen : '', null]
  }
  if (kind === 'file') return readFile(name, posted, held, upload)
  if (kind === 'appointment') return readAppointment(first(posted, name))
  return readOne(kind, first(posted, name))
}

/** @param {Posted} posted @param {string} name */
export const first = (posted, name) => (posted.get(name) || [''])[0]

/** @param {string} kind @param {string} typed @returns {Read} */
const readOne = (kind, typed) => {
  if (kind === 'long_text') return [texts.lines(typed), null]
  if (kind === 'phone') return readPhone(texts.digits(typed))
  if (kind === 'number') return readNumber(texts.digits(typed))
  if (kind === 'amount') return readAmount(texts.digits(typed))
  return [texts.line(typed), null]
}

/** @param {string} typed @returns {Read} */
const readPhone = (typed) => {
  let number = typed.replaceAll('(0)', '').replace(/[ ()./-]/g, '')
  number = number.startsWith('00') ? '+' + number.slice(2) : number
  number = /^[0-9]{8}$/.test(number) ? '+45' + number : number
  if (typed !== '' && !PHONE.test(number)) return ['', problem('phone-wrong')]
  return [number, null]
}

/** @param {string} typed @returns {Read} */
const readNumber = (typed) => {
  if (typed === '') return ['', null]
  if (!NUMBER.test(typed)) return ['', problem('number-wrong')]
  return [+typed.replace(/[^0-9]/g, ''), null]
}

/** '1.234,50', '1 234' and '1234.5' are øre. @param {string} typed @returns {Read} */
const readAmount = (typed) => {
  const bare = asciiLower(typed).replace(CURRENCY, '').replace(CURRENCY, '')
  const found = AMOUNT.exec(bare)
  if (typed === '') return ['', null]
  if (!found || (found[2] && found[2] === found[3])) return ['', problem('amount-wrong')]
  return [+found[1].replace(/[^0-9]/g, '') * 100 + +((found[4] || '') + '00').slice(0, 2), null]
}

/** @param {string} text */
const asciiLower = (text) => text.replace(/[A-Z]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 32))

/** @param {string} name @param {Posted} posted @param {string} today @param {string[][]} months @returns {Read} */
const readDate = (name, posted, today, months) => {
  const near = texts.digits(first(posted, name))
  if (near !== '' && near !== 'other') return days.number(near) ? [near, null] : ['', problem('date-empty')]
  let [day, month, year] = ['_day', '_month', '_year'].map((part) => texts.digits(first(posted, name + part)))
  if (day + month + year === '') return ['', near === 'other' ? problem('date-empty', '_day') : null]
  if (month + year === '' && DAY.test(day)) [day, month, year] = wholeDate(day)
  return fromParts(day, month, year, today, months)
}

/** Somebody wrote the whole date in the first field. @param {string} typed */
const wholeDate = (typed) => {
  const found = /** @type {RegExpExecArray} */ (DAY.exec(typed))
  return found[4] ? [found[6], found[5], found[4]] : [found[1], found[2], found[3]]
}

/** @param {string} day @param {string} month @param {string} year @param {string} today @param {string[][]} months @returns {Read} */
const fromParts = (day, month, year, today, months) => {
  if (day === '' || month === '' || year === '') {
    const part = day === '' ? 'day' : month === '' ? 'month' : 'year'
    return ['', problem(`${part}-empty`, `_${part}`)]
  }
  const [m, y] = [monthOf(month, months), yearOf(year, today)]
  const d = /^([0-9]{1,2})\.?$/.exec(day)
  if (m === 0) return ['', problem('month-wrong', '_month')]
  if (y === 0) return ['', problem('year-wrong', '_year')]
  if (!d || !days.of(y, m, +d[1])) return ['', problem('date-wrong', '_day')]
  return [days.written(y, m, +d[1]), null]
}

/** 1 to 12, from a number or a name in any of our languages; 0 when it is neither. @param {string} typed @param {string[][]} months */
const monthOf = (typed, months) => {
  if (/^[0-9]{1,2}\.?$/.test(typed)) {
    const number = +typed.replace('.', '')
    return number >= 1 && number <= 12 ? number : 0
  }
  const name = typed.toLowerCase().replace(/\.$/, '')
  return months.findIndex((names) => names.includes(name)) + 1
}

/** 1900 to 2199; two digits: this century up to 20 years ahead, else the last. @param {string} typed @param {string} today */
const yearOf = (typed, today) => {
  if (/^[0-9]{2}$/.test(typed)) {
    const year = 2000 + +typed
    return year <= +today.slice(0, 4) + 20 ? year : year - 100
  }
  return /^(19|20|21)[0-9]{2}$/.test(typed) ? +typed : 0
}

/** @param {string} name @param {Posted} posted @returns {Read} */
const readAddress = (name, posted) => {
  const [street, town] = [texts.line(first(posted, `${name}_street`)), texts.line(first(posted, `${name}_town`))]
  const postcode = texts.digits(first(posted, `${name}_postcode`)).replace(/^[dD][kK][ -]?/, '')
  if (street + postcode + town === '') return ['', null]
  return [{ street, postcode, town }, null]
}

/** A new file goes before "later", and "later" before the file that was there. @param {string} name @param {Posted} posted @param {any} held @param {{ [key: string]: any }} upload @returns {Read} */
const readFile = (name, posted, held, upload) => {
  if (upload.code) return ['', problem(upload.code)]
  if (Object.keys(upload).length) return [upload, null]
  if (first(posted, `${name}_later`) === 'yes') return [{ later: 'yes' }, null]
  return isTable(held) && 'sha256' in held ? [held, null] : ['', null]
}

/** 'DESK@2026-11-26T10:15' is a time; 'DESK@morning' a wish, made without a network. @param {string} typed @returns {Read} */
const readAppointment = (typed) => {
  const at = typed.indexOf('@')
  const [desk, when] = at < 0 ? [typed, ''] : [typed.slice(0, at), typed.slice(at + 1)]
  if (typed === '') return ['', null]
  if (when === 'morning' || when === 'afternoon') return [{ wish: 'yes', desk: texts.line(desk), part: when }, null]
  return [{ desk: texts.line(desk), at: texts.line(when) }, null]
}
