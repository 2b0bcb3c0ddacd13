// A day as people write it, in three fields or all in one. The twin of `backend/domain/dates.py`.
//
// Day, month, year, as the page asks for them; the year first where it has four digits (ISO 8601). A month may be a name in
// any of our languages. What can be read in more than one way is not read: the person is asked again.
import * as days from './days.js'
import * as texts from './texts.js'

/** `months`: for each of the twelve its names; `fillers`: words that say nothing. @typedef {{ months: string[][], fillers: string[] }} DateWords */
/** Can this day be meant? It settles the century of a year written with two digits. @typedef {(day: string) => boolean} Fits */
/** [day, '', ''], or ['', code of the problem, field to mend] @typedef {[string, string, string]} Read */

/** @type {DateWords} */
export const NO_WORDS = { months: [], fillers: [] }
const TOKEN = /[0-9]+|[^0-9 .,/\\_:;|()'"-]+/g
const PARTS = ['day', 'month', 'year']

/** From what stands in the fields day, month and year. All three empty: 'date-empty'. @param {string[]} typed @param {DateWords} words @param {string} today @param {Fits} fits @returns {Read} */
export const read = (typed, words, today, fits) => {
  const fields = typed.map((text) => tokens(text, words))
  const everything = fields.flat()
  if (!everything.length) return ['', 'date-empty', 'day']
  const empty = fields.findIndex((field) => !field.length)
  const whole = empty >= 0 && inOrder(everything)
  if (whole) return settled(...whole, words, today, fits)
  if (empty >= 0) return ['', `${PARTS[empty]}-empty`, PARTS[empty]]
  const crowded = PARTS.find((_, at) => fields[at].length > 1)
  if (crowded) return ['', crowded === 'day' ? 'date-wrong' : `${crowded}-wrong`, crowded]
  return settled(fields[0][0], fields[1][0], fields[2][0], false, words, today, fits)
}

/** Numbers, and month names of one word or more. @param {string} typed @param {DateWords} words */
const tokens = (typed, words) => {
  /** @type {string[]} */
  const found = []
  let wasWord = false
  for (const token of texts.letters(texts.digits(typed)).match(TOKEN) || []) {
    const isWord = !isNumber(token)
    if (isWord && words.fillers.includes(token)) continue
    if (isWord && wasWord) found[found.length - 1] += ' ' + token
    else found.push(token)
    wasWord = isWord
  }
  return found
}

/** @param {string} token */
const isNumber = (token) => token[0] >= '0' && token[0] <= '9'

/** Day, month, year and "could the first be the year too?" of a whole date. @param {string[]} found @returns {[string, string, string, boolean] | null} */
const inOrder = (found) => {
  const [a, b, c] = found
  if (found.length === 1 && a.length === 8 && isNumber(a)) {
    const dayFirst = ['19', '20', '21'].includes(a.slice(4, 6))
    return dayFirst ? [a.slice(0, 2), a.slice(2, 4), a.slice(4), false] : [a.slice(6), a.slice(4, 6), a.slice(0, 4), false]
  }
  const names = found.filter((token) => !isNumber(token))
  if (found.length !== 3 || names.length > 1) return null
  if (names.length) {
    const [first, last] = found.filter(isNumber)
    return first.length === 4 ? [last, names[0], first, false] : [first, names[0], last, false]
  }
  return a.length === 4 ? [c, b, a, false] : [a, b, c, c.length === 2]
}

/** @param {string} day @param {string} month @param {string} year @param {boolean} isDoubtful @param {DateWords} words @param {string} today @param {Fits} fits @returns {Read} */
const settled = (day, month, year, isDoubtful, words, today, fits) => {
  const m = monthOf(month, words)
  if (m === 0) return ['', 'month-wrong', 'month']
  const years = yearsOf(year)
  if (!years.length) return ['', 'year-wrong', 'year']
  if (!/^[0-9]{1,2}$/.test(day)) return ['', 'date-wrong', 'day']
  const real = years.filter((y) => days.of(y, m, +day)).map((y) => days.written(y, m, +day))
  if (!real.length) return ['', 'date-wrong', 'day']
  if (isDoubtful && day !== year && yearsOf(day).some((y) => days.of(y, m, +year))) return ['', 'year-wrong', 'year']
  return ofCentury(real, today, fits)
}

/** Of the same day in two centuries the one that can be meant. If neither can, the later not far ahead: the limit speaks. @param {string[]} real @param {string} today @param {Fits} fits @returns {Read} */
const ofCentury = (real, today, fits) => {
  if (real.length === 1) return [real[0], '', '']
  const fitting = real.filter(fits)
  if (fitting.length === 1) return [fitting[0], '', '']
  if (fitting.length || today === '') return ['', 'year-wrong', 'year']
  return [+real[1].slice(0, 4) <= +today.slice(0, 4) + 20 ? real[1] : real[0], '', '']
}

/** 1 to 12, from a number or a name; 0 when it is neither, or the name of two. @param {string} typed @param {DateWords} words */
const monthOf = (typed, words) => {
  if (!isNumber(typed)) return named(typed, words) || twiceNamed(typed, words)
  const number = typed.length <= 2 ? +typed : 0
  return number >= 1 && number <= 12 ? number : 0
}

/** @param {string} name @param {DateWords} words */
const named = (name, words) => {
  const found = words.months.flatMap((names, at) => (names.includes(name) ? [at + 1] : []))
  return found.length === 1 ? found[0] : 0
}

/** 'كانون الثاني/يناير': as newspapers write it for readers of two countries. @param {string} typed @param {DateWords} words */
const twiceNamed = (typed, words) => {
  const parts = typed.split(' ')
  for (let at = 1; at < parts.length; at++) {
    const first = named(parts.slice(0, at).join(' '), words)
    if (first && first === named(parts.slice(at).join(' '), words)) return first
  }
  return 0
}

/** 1900 to 2199. Two digits are a year of the last century or of this one. @param {string} typed @returns {number[]} */
const yearsOf = (typed) => {
  if (/^[0-9]{2}$/.test(typed)) return [1900 + +typed, 2000 + +typed]
  return /^(19|20|21)[0-9]{2}$/.test(typed) ? [+typed] : []
}
