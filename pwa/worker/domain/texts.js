// Typed text made plain: one form for line ends, letters, blanks and digits. The twin of `backend/domain/texts.py`.
//
// Lists, never a library's idea of blank or digit: Python and JavaScript disagree on both.

/** Become one space, except the line end. */
const BLANKS = /[\t\v\f\x1c-\x1f \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/gu
/** Go away. U+200C and U+200D stay: Persian and joined emoji are written with them. */
const UNSEENS =
  /[\x01-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff]/gu
/** Where the digits begin: Arabic-Indic, Persian, N'Ko, ten scripts of India, Thai, Lao, Tibetan, Burmese, Khmer, full-width. */
const ZEROS = [
  0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66, 0x0e50, 0x0ed0, 0x0f20,
  0x1040, 0x17e0, 0xff10,
]
/** Signs of other scripts and keyboards that stand for one of ours. U+060D is the Arabic date separator. */
/** @type {{ [sign: string]: string }} */
const SAME_SIGNS = {
  '٫': ',', '،': ',', '，': ',', '、': ',', '٬': '.', '．': '.', '。': '.', '／': '/', '⁄': '/', '∕': '/', '\u060d': '/',
  '−': '-', '‐': '-', '‑': '-', '‒': '-', '–': '-', '—': '-', '―': '-', '－': '-', '﹣': '-', '⁃': '-', '＋': '+', '’': "'", '（': '(', '）': ')',
}
/** Arabic letters that people write for one another: with and without hamza, Persian and Urdu keyboards. @type {{ [sign: string]: string }} */
const SAME_LETTERS = { 'أ': 'ا', 'إ': 'ا', 'آ': 'ا', 'ٱ': 'ا', 'ى': 'ي', 'ی': 'ي', 'ئ': 'ي', 'ؤ': 'و', 'ة': 'ه', 'ک': 'ك', 'ھ': 'ه' }
/** Vowel signs, the stretched line (tatweel) and joiners. */
const ORNAMENTS = /[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u200c\u200d]/g

/** No answer is half as long: of more, only so much is looked at, and that is told to be too long. */
const MOST = 20000

/** @param {string} text */
const cut = (text) => (text.length > MOST ? [...text].slice(0, MOST).join('') : text)

/** At most 30 marks in a row (Unicode Standard Annex 15): thousands take minutes to put in order. @param {string} text */
const streamSafe = (text) => text.replace(/(\p{M}{30})\p{M}+/gu, '$1')

/** Text of several lines, clean. @param {string} text */
export const lines = (text) => {
  const blanked = streamSafe(cut(text)).replace(/\r\n?/g, '\n').replace(BLANKS, ' ')
  return strip(blanked.replace(UNSEENS, '').normalize('NFC'))
}

/** Not a pattern: one that ends in `$` takes minutes over a page of blanks. @param {string} text */
const strip = (text) => {
  let [start, end] = [0, text.length]
  while (start < end && ' \n'.includes(text[start])) start += 1
  while (end > start && ' \n'.includes(text[end - 1])) end -= 1
  return text.slice(start, end)
}

/** Text of one line: every run of blanks is one space. @param {string} text */
export const line = (text) => lines(text).replace(/\n/g, ' ').replace(/ +/g, ' ')

/** Clean, and every digit one of 0-9: for numbers, amounts, phones, days. @param {string} text */
export const digits = (text) => [...line(text)].map((sign) => SAME_SIGNS[sign] || folded(sign)).join('')

/** Text of one line in which only the digits are changed: a house number read by everybody. @param {string} text */
export const withOurDigits = (text) => [...line(text)].map(folded).join('')

/** How a name is compared: small letters, and of Arabic the letters alone. @param {string} text */
export const letters = (text) => [...line(text).toLowerCase().replace(ORNAMENTS, '')].map((sign) => SAME_LETTERS[sign] || sign).join('')

/** @param {string} sign */
const folded = (sign) => {
  if (sign < '\x80') return sign
  const code = sign.codePointAt(0) || 0
  for (const zero of ZEROS) if (zero <= code && code <= zero + 9) return String.fromCodePoint(48 + code - zero)
  return sign
}

/** NUL is never typed by a person, and cuts texts short in other systems. @param {string} text */
export const isStrange = (text) => text.includes('\0')
