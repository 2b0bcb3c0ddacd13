// What the registers know, as a flat table of closed names. The twin of `backend/domain/facts.py`.
import * as days from './days.js'
import * as texts from './texts.js'

/** @typedef {{ [name: string]: any }} Table */
/** @typedef {{ kind: string, text: string, n: number, label: string }} Shown */

/** name → what it is. `row.*` is whom the row of an `each` group is about. @type {{ [name: string]: string }} */
export const NAMES = {
  'person.name': 'text', 'person.born': 'date', 'person.age': 'number', 'person.address': 'address',
  'person.protected': 'yes', 'person.nemkonto': 'account', 'person.passport_until': 'date',
  'person.doctor': 'text', 'person.doctor_km': 'number', 'person.citizen': 'text',
  'household.people': 'people', 'household.children': 'people', 'household.size': 'number',
  'case.report': 'report', 'case.first_day': 'date', desks: 'desks',
  'row.name': 'text', 'row.born': 'date', 'row.age': 'number', 'row.child': 'yes', 'row.self': 'yes',
}

/** @param {any} value */
const isTable = (value) => value !== null && typeof value === 'object' && !Array.isArray(value)

/** Those of a list that can be named and told apart. @param {Table} facts @param {string} name @returns {Table[]} */
export const people = (facts, name) => {
  const found = facts[name]
  return Array.isArray(found) ? found.filter(isPerson) : []
}

/** @param {any} person */
const isPerson = (person) => isTable(person) && ['id', 'name'].every((key) => typeof person[key] === 'string' && person[key])

/** @param {Table} facts @param {string} list @param {string} id @returns {Table} */
export const named = (facts, list, id) => people(facts, list).find((person) => person.id === id) || {}

/** Those that can do it. @param {Table} facts @param {string} ability @returns {Table[]} */
export const desks = (facts, ability) => {
  const able = people(facts, 'desks').filter((desk) => !desk.id.includes('@'))
  return able.filter((desk) => Array.isArray(desk.abilities) && desk.abilities.includes(ability))
}

/** A fact as it is laid beside a question. Empty when it is not known, or not of the right shape. @param {Table} facts @param {string} name @returns {Shown[]} */
export const shown = (facts, name) => {
  const value = facts[name]
  const kind = NAMES[name] || ''
  const label = name.split('.').pop() || ''
  if (kind in COMPOUND) return COMPOUND[kind](value)
  if (kind === 'number' && Number.isSafeInteger(value)) return [one('number', '', value, label)]
  if (kind === 'date' && days.number(value)) return [one('date', value, 0, label)]
  return kind === 'text' && typeof value === 'string' ? [one('text', value, 0, label)] : []
}

/** @param {string} kind @param {string} text @param {number} n @param {string} label @returns {Shown} */
export const one = (kind, text = '', n = 0, label = '') => ({ kind, text, n, label })

/** @param {any} value */
const shownPeople = (value) => people({ all: value }, 'all').map((person) => one('text', person.name))

/** @param {any} value */
const shownReport = (value) => {
  if (!isTable(value)) return []
  const lines = typeof value.employer === 'string' ? [one('text', value.employer, 0, 'employer')] : []
  return [...lines, ...(days.number(value.first_day) ? [one('date', value.first_day, 0, 'first_day')] : [])]
}

/** @param {any} value */
const shownAddress = (value) => (isAddress(value) ? [one('lines', linesOf(value), 0, 'address')] : [])

/** @param {any} value */
export const isAddress = (value) => isTable(value) && ['street', 'postcode', 'town'].every((key) => typeof value[key] === 'string')

/** Whatever commas, spaces and capitals. @param {any} one @param {any} other */
export const isSameAddress = (one, other) =>
  isAddress(one) && isAddress(other) && ['street', 'postcode'].every((part) => bare(one[part]) === bare(other[part]))

/** @param {string} text */
const bare = (text) => texts.letters(texts.digits(text)).replace(/[ .,]/g, '')

/** @param {Table} address */
export const linesOf = (address) => {
  const place = `${address.postcode} ${address.town}`.replace(/^ +| +$/g, '')
  return [address.street, place].filter((line) => line).join('\n')
}

/** @param {any} value */
const shownAccount = (value) =>
  isTable(value) && typeof value.ending === 'string' ? [one('text', value.ending, 0, 'nemkonto')] : []

/** @type {{ [kind: string]: (value: any) => Shown[] }} */
const COMPOUND = { people: shownPeople, report: shownReport, address: shownAddress, account: shownAccount }
