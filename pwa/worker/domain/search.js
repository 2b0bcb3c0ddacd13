// Find a service by everyday words, with a slip of the finger or two. The twin of `backend/domain/search.py`.
//
// Whole numbers only, so that both sides find the same in the same order. Letters are counted in code points.

const WORDS_MOST = 12
const FOUND_MOST = 7
/** @type {Record<string, string>} */
const FOLDED = {
  أ: 'ا', إ: 'ا', آ: 'ا', ٱ: 'ا', ى: 'ي', ة: 'ه', ؤ: 'و', ئ: 'ي', ـ: '',
  æ: 'ae', ø: 'o', å: 'a', ß: 'ss', ı: 'i', ł: 'l', đ: 'd',
}
const HEADS = ['وال', 'بال', 'ال']

/** @typedef {Record<string, Record<string, number>>} Index service → folded word → how much it says for that service */

/** @param {string} text */
const replaced = (text) => [...text].map((sign) => FOLDED[sign] ?? sign).join('')

/** Small letters without marks. @param {string} text */
export const fold = (text) => replaced(replaced(text.toLowerCase()).normalize('NFKD').replace(/\p{M}/gu, ''))

/** @param {string} text @returns {string[]} */
export const wordsOf = (text) => fold(text).replace(/[^\p{L}\p{N}]/gu, ' ').split(' ').filter(Boolean).map(bare)

/** Arabic writes "the" and "and" onto the word; without them it is the same word. @param {string} word */
const bare = (word) => {
  const head = HEADS.find((one) => word.startsWith(one) && word.length - one.length >= 3)
  return head ? word.slice(head.length) : word
}

/** Services that fit, best first; nothing when nothing fits. @param {Index} index @param {string} query @returns {string[]} */
export const find = (index, query) => {
  const asked = wordsOf(query).slice(0, WORDS_MOST).map((word) => [...word])
  const scores = Object.entries(index).map(([service, held]) => /** @type {[string, number]} */ ([service, score(asked, held)]))
  const best = Math.max(0, ...scores.map(([, points]) => points))
  const found = scores.filter(([, points]) => points > 0 && points * 4 >= best).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
  return found.slice(0, FOUND_MOST).map(([service]) => service)
}

/** @param {string[][]} asked @param {Record<string, number>} held */
const score = (asked, held) => {
  const words = Object.entries(held).map(([word, worth]) => /** @type {[string[], number]} */ ([[...word], worth]))
  return asked.reduce((sum, word) => sum + words.reduce((most, [own, worth]) => Math.max(most, likeness(word, own) * worth), 0), 0)
}

/** 10 for the same word, less for a beginning, a part of a compound or a slip, 0 for another word. @param {string[]} asked @param {string[]} held */
const likeness = (asked, held) => {
  const [one, other] = [asked.join(''), held.join('')]
  if (one === other) return 10
  const [short, long, size, whole] = asked.length <= held.length ? [one, other, asked.length, held.length] : [other, one, held.length, asked.length]
  if (size >= 3 && long.startsWith(short)) return size * 2 >= whole ? 8 : 5
  if (size >= 4 && long.includes(short)) return 5
  const slips = asked.length < 4 ? 0 : asked.length < 8 ? 1 : 2
  return slips && distance(asked, held, slips) <= slips ? 6 : 0
}

/** Letters left out, added, changed or swapped with their neighbour; `most` + 1 when it is more. @param {string[]} a @param {string[]} b @param {number} most */
export const distance = (a, b, most) => {
  if (Math.abs(a.length - b.length) > most) return most + 1
  /** @type {number[]} */
  let before = []
  let row = [...Array(b.length + 1).keys()]
  for (let i = 1; i <= a.length; i += 1) {
    const earlier = before
    before = row
    row = [i]
    for (let j = 1; j <= b.length; j += 1) {
      let cost = Math.min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, earlier[j - 2] + 1)
      row.push(cost)
    }
    if (Math.min(...row) > most) return most + 1
  }
  return row[b.length]
}
