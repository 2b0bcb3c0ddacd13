// What a person typed, made sense of: from a posted form to the value of a question.
//
// The twin of `backend/domain/reading.py`. Whether the value will do, `kinds.js` says.
import * as dates from './dates.js'
import * as days from './days.js'
import { PHONE, invalid, problem } from './kinds.js'
import * as texts from './texts.js'

/** @typedef {import('./services.js').Question} Question */
/** @typedef {import('./conditions.js').Scope} Scope */
/** @typedef {Map<string, string[]>} Posted */
/** @typedef {[any, import('./kinds.js').Fault | null]} Read */

const NUMBER = /^(?:[0-9]{1,12}|[1-9][0-9]{0,2}(?:([ .,'])[0-9]{3})(?:\1[0-9]{3}){0,2})$/
const AMOUNT = /^(?:([0-9]{1,9}|[1-9][0-9]{0,2}(?:([ .,'])[0-9]{3})(?:\2[0-9]{3})?)(?:([.,])([0-9]{1,2}))?)$/
const CURRENCY = /^(?:kr\.?|dkk) ?| ?(?:kr\.?|kroner|dkk|,-|,--|كرونة|كرونه|كرون)$/g

/** @param {any} value */
const isTable = (value) => value !== null && typeof value === 'object' && !Array.isArray(value)

/**
 * The value ('' when left empty), and what stops it from being one.
 * @param {Question} question @param {string} name @param {Posted} posted @param {any} held @param {Scope} scope
 * @param {dates.DateWords} words @param {{ [key: string]: any }} upload @returns {Read}
 */
export const read = (question, name, posted, held, scope, words, upload) => {
  const { kind } = question
  if ([...posted.values()].flat().some(texts.isStrange)) return ['', problem('strange')]
  if (kind === 'date') return readDate(question, name, posted, scope, words)
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

/** @param {Question} question @param {string} name @param {Posted} posted @param {Scope} scope @param {dates.DateWords} words @returns {Read} */
const readDate = (question, name, posted, scope, words) => {
  const near = texts.digits(first(posted, name))
  if (near !== '' && near !== 'other') return days.number(near) ? [near, null] : ['', problem('date-empty')]
  const typed = ['_day', '_month', '_year'].map((part) => first(posted, name + part))
  const [found, code, part] = dates.read(typed, words, scope.today, (day) => !invalid(question, day, scope))
  if (code === 'date-empty' && near !== 'other') return ['', null]
  return [found, code ? problem(code, `_${part}`) : null]
}

/** @param {string} name @param {Posted} posted @returns {Read} */
const readAddress = (name, posted) => {
  const [street, town] = [texts.withOurDigits(first(posted, `${name}_street`)), texts.line(first(posted, `${name}_town`))]
  const postcode = readPostcode(texts.digits(first(posted, `${name}_postcode`)))
  if (street + postcode + town === '') return ['', null]
  return [{ street, postcode, town }, null]
}

/** 'DK-2730', '27 30' are 2730; one of another country stands as it is. @param {string} typed */
const readPostcode = (typed) => {
  const bare = typed.replace(/^[dD][kK][ -]*/, '')
  return /^[0-9 ]+$/.test(bare) ? bare.replace(/ /g, '') : bare
}

/** A new file goes before "later", and "later" before the file that was there, or one that cannot be used. @param {string} name @param {Posted} posted @param {any} held @param {{ [key: string]: any }} upload @returns {Read} */
const readFile = (name, posted, held, upload) => {
  const isLater = first(posted, `${name}_later`) === 'yes'
  if (upload.code && !isLater) return ['', problem(upload.code, '', '', upload.n || 0)]
  if (Object.keys(upload).length && !upload.code) return [upload, null]
  if (isLater) return [{ later: 'yes' }, null]
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
