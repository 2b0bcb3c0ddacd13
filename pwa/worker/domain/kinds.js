// Is it an answer to the question? The twin of `backend/domain/kinds.py`.
//
// `invalid` judges a value wherever it came from: a form, a draft kept for a month, or a stranger's request.
import * as conditions from './conditions.js'
import * as days from './days.js'
import * as facts from './facts.js'
import * as texts from './texts.js'

/** @typedef {import('./services.js').Question} Question */
/** @typedef {import('./conditions.js').Scope} Scope */
/** @typedef {{ code: string, part: string, say: string, n: number, date: string }} Fault */

/** The most characters a field takes. @type {{ [kind: string]: number }} */
const MAX_LENGTH = { text: 200, name: 100, email: 254, long_text: 4000, street: 200, town: 100 }
export const PHONE = /^(?:\+(45[2-9][0-9]{7}|(?!45)[1-9][0-9]{6,14}))$/
const EMAIL = /^(?:[^@ ,;:<>()[\]]+@[^@ ,;:<>()[\].]+(\.[^@ ,;:<>()[\].]+)+)$/
const SLOT = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]$/
/** A digit after a letter: '10. Februarvej' has none. */
const HOUSE_NUMBER = /[^0-9 .,/-][^0-9]*[0-9]/
/** Denmark's and Greenland's lie between 0555 and 9990 (PostNord). */
const POSTCODE = /^(?:0[5-9][0-9]{2}|[1-9][0-9]{3})$/
const HAS_LETTER = /[^0-9 .,:;!?*+=_'"#&%()/-]/
const MOST_AMOUNT = 99999999999
const MOST_NUMBER = 999999999999

/** @param {string} code @param {string} part @param {string} say @param {number} n @param {string} date @returns {Fault} */
export const problem = (code, part = '', say = '', n = 0, date = '') => ({ code, part, say, n, date })

/** @param {string} kind */
const empty = (kind) => problem(EMPTY[kind], FIRST[kind])

/** null when the value answers the question, here and today. @param {Question} question @param {any} value @param {Scope} scope @returns {Fault | null} */
export const invalid = (question, value, scope) => {
  if (value == null || value === '' || (Array.isArray(value) && value.length === 0)) {
    return question.optional && value === '' ? null : empty(question.kind)
  }
  const found = invalidValue(question, value, scope)
  if (found || (isTable(value) && 'later' in value)) return found
  const broken = (question.must || []).find((must) => !conditions.keeps(must, value, scope))
  return broken ? problem('say', FIRST[question.kind], broken.say) : null
}

/** What is missing. @type {{ [kind: string]: string }} */
const EMPTY = {
  yes_no: 'choice-empty', choice: 'choice-empty', choices: 'choices-empty', date: 'date-empty', text: 'text-empty',
  long_text: 'text-empty', name: 'name-empty', phone: 'phone-empty', email: 'email-empty', address: 'street-empty',
  number: 'number-empty', amount: 'amount-empty', person: 'person-empty', file: 'file-missing',
  declaration: 'declaration-empty', appointment: 'time-empty',
}
/** Where to write it, for kinds of several fields. @type {{ [kind: string]: string }} */
const FIRST = { date: '_day', address: '_street' }

/** @param {any} value */
const isTable = (value) => value !== null && typeof value === 'object' && !Array.isArray(value)

/** @param {Question} question @param {any} value @param {Scope} scope @returns {Fault | null} */
const invalidValue = (question, value, scope) => {
  const { kind } = question
  if (kind === 'yes_no' || kind === 'declaration') {
    return value === 'yes' || (value === 'no' && kind === 'yes_no') ? null : empty(kind)
  }
  if (kind === 'choice') return (question.options || []).some((option) => option.is === value) ? null : empty(kind)
  if (kind === 'choices') return isChoices(question, value) ? null : empty(kind)
  if (kind === 'date') return days.number(value) ? null : problem('date-wrong', '_day')
  if (kind === 'number' || kind === 'amount') {
    const most = kind === 'number' ? MOST_NUMBER : MOST_AMOUNT
    return Number.isSafeInteger(value) && value >= 0 && value <= most ? null : problem(`${kind}-wrong`)
  }
  if (kind === 'person') return unsoundPerson(question, value, scope)
  if (kind === 'address' || kind === 'file' || kind === 'appointment') return unsoundParts(question, value, scope)
  return unsoundText(kind, value)
}

/** Of the options, each once, in their order. @param {Question} question @param {any} value */
const isChoices = (question, value) => {
  if (!Array.isArray(value)) return false
  const chosen = (question.options || []).map((option) => option.is).filter((id) => value.includes(id))
  return chosen.length === value.length && chosen.every((id, at) => id === value[at])
}

/** @param {string} kind @param {any} value @returns {Fault | null} */
const unsoundText = (kind, value) => {
  const clean = kind === 'long_text' ? texts.lines : texts.line
  if (typeof value !== 'string') return problem('strange')
  const most = MAX_LENGTH[kind] || 200
  if ([...value].length > most) return problem('too-long', '', '', most)
  if (texts.isStrange(value) || clean(value) !== value) return problem('strange')
  if (kind === 'phone' && !PHONE.test(value)) return problem('phone-wrong')
  if (kind === 'email' && !EMAIL.test(value)) return problem('email-wrong')
  if (kind === 'name' && !HAS_LETTER.test(value)) return problem('name-empty')
  return null
}

/** @param {Question} question @param {any} value @param {Scope} scope @returns {Fault | null} */
const unsoundPerson = (question, value, scope) => {
  const people = facts.people(scope.facts, pickOf(question))
  if (!people.length) return unsoundText('name', value)
  return people.some((person) => person.id === value) ? null : empty('person')
}

/** @param {Question} question */
export const pickOf = (question) => question.pick || 'household.people'

/** @param {Question} question @param {any} value @param {Scope} scope @returns {Fault | null} */
const unsoundParts = (question, value, scope) => {
  const { kind } = question
  if (!isTable(value)) return empty(kind)
  if (kind === 'address') return unsoundAddress(question, value)
  if (kind === 'file') return isLater(value) || isFile(value) ? null : empty(kind)
  return isWish(value) || isSlot(value, scope) ? null : empty(kind)
}

/** @param {{ [part: string]: any }} value @param {string} names */
const has = (value, names) => Object.keys(value).sort().join(' ') === names

/** @param {Question} question @param {{ [part: string]: any }} value @returns {Fault | null} */
const unsoundAddress = (question, value) => {
  if (!has(value, 'postcode street town') || value.street === '') return empty('address')
  for (const part of ['street', 'postcode', 'town']) {
    const found = unsoundText(part === 'town' ? 'town' : 'street', value[part])
    if (found) return { ...found, part: `_${part}` }
  }
  return incompleteAddress(value, question.address || 'danish')
}

/** What is missing for a letter, or a person, to find there. @param {{ [part: string]: any }} value @param {string} needed @returns {Fault | null} */
const incompleteAddress = (value, needed) => {
  if (needed === 'danish' && !HOUSE_NUMBER.test(value.street)) return problem('house-number-empty', '_street')
  if (needed === 'danish' && value.postcode === '') return problem('postcode-empty', '_postcode')
  if (needed !== 'abroad' && value.postcode !== '' && !POSTCODE.test(value.postcode)) return problem('postcode-wrong', '_postcode')
  if (needed !== 'place' && !HAS_LETTER.test(value.town)) return problem('town-empty', '_town')
  return null
}

/** @param {{ [part: string]: any }} value */
const isLater = (value) => has(value, 'later') && value.later === 'yes'

/** @param {{ [part: string]: any }} value */
const isFile = (value) => {
  const words = ['id', 'name', 'sha256'].every((part) => typeof value[part] === 'string')
  return has(value, 'bytes id name sha256') && words && Number.isSafeInteger(value.bytes)
}

/** @param {{ [part: string]: any }} value */
const isWish = (value) => {
  const parts = has(value, 'desk part wish') && value.wish === 'yes'
  return parts && typeof value.desk === 'string' && ['morning', 'afternoon'].includes(value.part)
}

/** A time from today on. Whether it is free, only the server's book knows. @param {{ [part: string]: any }} value @param {Scope} scope */
const isSlot = (value, scope) => {
  if (!has(value, 'at desk') || typeof value.desk !== 'string' || typeof value.at !== 'string') return false
  const day = days.number(value.at.slice(0, 10))
  return SLOT.test(value.at) && day >= days.number(scope.today) && days.number(scope.today) > 0
}
