// The rows of a group that repeats. The twin of `backend/domain/rows.py`.
//
// Stored rows may come from anywhere: what makes no sense is not there.
import * as known from './facts.js'
import * as services from './services.js'

/** @typedef {{ [name: string]: any }} Table */
/** @typedef {import('./services.js').Group} Group */
/** `more` is what was said to "one more?" after it. @typedef {{ id: string, answers: Table, more: string }} Row */

/** Those there are: what was stored, or one for each person known. @param {Group} group @param {Table} answers @param {Table} facts @returns {Row[]} */
export const of = (group, answers, facts) => {
  const stored = answers[group.id]
  const rows = Array.isArray(stored) ? stored.filter(isRow) : []
  if (group.each) return known.people(facts, group.each).map((person) => withId(person.id, rows))
  const ids = rows.map((row) => row.id)
  return rows.filter((row, at) => isCounted(row.id) && !ids.slice(0, at).includes(row.id)).slice(0, most(group))
}

/** @param {Group} group */
export const most = (group) => group.at_most ?? 20

/**
 * The name of the person a row of an `each` group is about: it takes the place of `{name}` in the question.
 * @param {import('./services.js').Service} service @param {import('./services.js').Question} asked @param {string} row @param {Table} facts @returns {string}
 */
export const whose = (service, asked, row, facts) => {
  const each = asked.group ? services.group(service, asked.group).each || '' : ''
  return known.named(facts, each, row).name || ''
}

/** @param {any} row */
export const isRow = (row) => {
  if (!isTable(row) || !isTable(row.answers)) return false
  return typeof row.id === 'string' && ['', 'yes', 'no'].includes(row.more)
}

/** @param {any} value */
const isTable = (value) => value !== null && typeof value === 'object' && !Array.isArray(value)

/** @param {string} id */
const isCounted = (id) => /^r[1-9][0-9]{0,3}$/.test(id)

/** @param {string} id @param {Row[]} rows @returns {Row} */
export const withId = (id, rows) => rows.find((row) => row.id === id) || { id, answers: {}, more: '' }

/** The first, or the one asked for by "one more". @param {Group} group @param {Row[]} rows @returns {Row[]} */
export const toCome = (group, rows) => {
  if (group.each || rows.length >= most(group) || (rows.length && rows[rows.length - 1].more !== 'yes')) return []
  return [{ id: `r${Math.max(0, ...rows.map((row) => +row.id.slice(1))) + 1}`, answers: {}, more: '' }]
}

/** With one answer in one row, made if it is new. @param {Row[]} rows @param {string} id @param {string} question @param {any} value @returns {Row[]} */
export const put = (rows, id, question, value) => {
  const row = withId(id, rows)
  const changed = { ...row, answers: { ...row.answers, [question]: value } }
  return [...rows.map((each) => (each.id === id ? changed : each)), ...(rows.includes(row) ? [] : [changed])]
}

/** @param {Row[]} rows @param {string} more @returns {Row[]} */
export const sayMore = (rows, more) => (rows.length ? [...rows.slice(0, -1), { ...rows[rows.length - 1], more }] : rows)

/** The new last row has not been asked "one more?". @param {Row[]} rows @param {string} id @returns {Row[]} */
export const without = (rows, id) => sayMore(rows.filter((row) => row.id !== id), '')
