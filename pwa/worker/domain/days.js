// Days as whole numbers, counted from 0001-01-01 = 1. The twin of `backend/domain/days.py`.
//
// No clock, no zone, no library: "today" is always an argument, so both sides count alike.

/** Days of a common year before each month. */
const BEFORE = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334]
/** 9999-12-31. */
export const LAST = 3652059
export const SPAN = /^(?:([+-]?[0-9]{1,5}) (hour|day|week|month|year)s?)$/

const floor = Math.floor

/** @param {number} year */
export const isLeap = (year) => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)

/** @param {number} year @param {number} month */
export const length = (year, month) => {
  if (month === 2) return isLeap(year) ? 29 : 28
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}

/** 0 when there is no such day. @param {number} year @param {number} month @param {number} day */
export const of = (year, month, day) => {
  if (!(year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= length(year, month))) return 0
  const y = year - 1
  const leap = isLeap(year) && month > 2 ? 1 : 0
  return 365 * y + floor(y / 4) - floor(y / 100) + floor(y / 400) + BEFORE[month - 1] + leap + day
}

/** 0 when the text is not a day. @param {any} day */
export const number = (day) => {
  if (typeof day !== 'string' || !/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(day)) return 0
  return of(+day.slice(0, 4), +day.slice(5, 7), +day.slice(8, 10))
}

/** '' outside the years 1 to 9999. @param {number} number */
export const text = (number) => {
  if (number < 1 || number > LAST) return ''
  let year = floor(((number - 1) * 400) / 146097) + 1
  while (of(year, 1, 1) > number) year -= 1
  while (year < 9999 && of(year + 1, 1, 1) <= number) year += 1
  let month = 12
  while (of(year, month, 1) > number) month -= 1
  return written(year, month, number - of(year, month, 1) + 1)
}

/** @param {number} year @param {number} month @param {number} day */
export const written = (year, month, day) =>
  `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`

/** 1 is Monday, 7 is Sunday. @param {number} number */
export const weekday = (number) => ((number - 1) % 7) + 1

/** '-21 days', '2 weeks', '3 months'; '' if impossible. @param {string} day @param {string} span */
export const add = (day, span) => {
  const found = SPAN.exec(span)
  if (!found || number(day) === 0) return ''
  const count = +found[1]
  if (found[2] === 'hour') return text(number(day) + floor((Math.max(count, 0) + 23) / 24))
  if (found[2] === 'day') return text(number(day) + count)
  if (found[2] === 'week') return text(number(day) + 7 * count)
  return addMonths(day, found[2] === 'month' ? count : 12 * count)
}

/** @param {string} day @param {number} count */
const addMonths = (day, count) => {
  const months = +day.slice(0, 4) * 12 + +day.slice(5, 7) - 1 + count
  if (months < 12 || months > 9999 * 12 + 11) return ''
  const [year, month] = [floor(months / 12), (months % 12) + 1]
  return written(year, month, Math.min(+day.slice(8, 10), length(year, month)))
}

/** `closed` are the town's holidays; the week-end is known. @param {number} number @param {string[]} closed */
export const isWorking = (number, closed) => weekday(number) < 6 && !closed.includes(text(number))

/** @param {string} day @param {number} count @param {string[]} closed */
export const addWorking = (day, count, closed) => {
  let [at, left] = [number(day), count]
  while (left > 0 && at > 0 && at <= LAST) {
    at += 1
    left -= isWorking(at, closed) ? 1 : 0
  }
  return number(day) ? text(at) : ''
}
