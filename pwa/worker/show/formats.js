// Numbers, money, days and clocks from a language's own table. The twin of `i18n/formats.py`: never Intl, whose
// tables differ from phone to phone.

/** @typedef {Record<string, any>} Table */

const CALLING = /^\+(45|[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})(\d{4,14})$/

/** @param {string} what @returns {never} */
const refuse = (what) => {
  throw new RangeError(what)
}

/** Monday is 0. Day numbers as whole numbers, from year, month and day. @param {string} text */
const readDay = (text) => {
  const found = /^(\d{4})-(\d\d)-(\d\d)(?!\d)/.exec(text) || refuse('day')
  const [y, m, d] = found.slice(1, 4).map(Number)
  const leap = (y % 4 === 0 && y % 100 !== 0) || y % 400 === 0
  const longest = m === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(m) ? 30 : 31
  if (y < 1 || m < 1 || m > 12 || d < 1 || d > longest) refuse('day')
  const year = m > 2 ? y : y - 1
  const days = Math.floor((153 * (m > 2 ? m - 3 : m + 9) + 2) / 5) + d
    + 365 * year + Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400)
  return { y, m, d, w: (days + 1) % 7 }
}

/** @param {string} pattern @param {Record<string, string | number>} values */
const fill = (pattern, values) => pattern.replace(/\{(\w+)\}/g, (_, name) => String(values[name]))

/** @param {Table} table */
export const formats = (table) => {
  /** @param {string} digits */
  const grouped = (digits) => {
    const { sizes, least, group } = table.number
    if (digits.length < sizes[0] + least) return digits
    let head = digits.slice(0, -sizes[0])
    let tail = digits.slice(-sizes[0])
    while (head) {
      tail = head.slice(-sizes[1]) + group + tail
      head = head.slice(0, -sizes[1])
    }
    return tail
  }
  /** @param {number} n */
  const whole = (n) => (Number.isSafeInteger(n) ? String(Math.abs(n)) : refuse('number'))
  /** @param {number} n @param {string} text */
  const signed = (n, text) => (n < 0 ? table.number.minus : '') + text
  /** @param {string} pattern @param {string} text */
  const dated = (pattern, text) => {
    const { y, m, d, w } = readDay(text)
    return fill(pattern, { W: table.weekdays[w], M: table.months[m - 1], d, y })
  }
  return {
    number: (/** @type {number} */ n) => signed(n, grouped(whole(n))),
    money: (/** @type {number} */ minor) => {
      const digits = whole(minor).padStart(3, '0')
      const rest = digits.slice(-2)
      const text = grouped(digits.slice(0, -2)) + (rest === '00' ? '' : table.number.point + rest)
      return signed(minor, fill(table.money, { n: text }))
    },
    date: (/** @type {string} */ day) => dated(table.date, day),
    short_date: (/** @type {string} */ day) => dated(table.short_date, day),
    time: (/** @type {string} */ at) => {
      const found = /^(?:\d{4}-\d\d-\d\dT)?([01]\d|2[0-3]):([0-5]\d)/.exec(at) || refuse('time')
      return fill(table.time, { h: Number(found[1]), m: found[2] })
    },
    weekday: (/** @type {number | string} */ day) =>
      table.weekdays[typeof day === 'number' ? day - 1 : readDay(day).w] || refuse('weekday'),
    month: (/** @type {number} */ month) => (Number.isSafeInteger(month) && table.months_alone[month - 1]) || refuse('month'),
    phone: (/** @type {string} */ number) => {
      const found = CALLING.exec(number)
      if (!found) return number
      const pairs = found[2].replace(/(\d\d)(?=\d\d)/g, '$1 ')
      return found[1] === '45' ? pairs : `+${found[1]} ${pairs}`
    },
    list: (/** @type {string[]} */ texts) => {
      const [two, start, middle, end] = table.list
      /** @param {string} pattern @param {string} a @param {string} b */
      const join = (pattern, a, b) => fill(pattern, { 0: a, 1: b })
      const n = texts.length
      if (n < 3) return n === 2 ? join(two, texts[0], texts[1]) : texts.join('')
      let text = join(end, texts[n - 2], texts[n - 1])
      for (let i = n - 3; i > 0; i--) text = join(middle, texts[i], text)
      return join(start, texts[0], text)
    },
  }
}
