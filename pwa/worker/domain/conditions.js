// When is a question asked, when is a limit kept? The twin of `backend/domain/conditions.py`.
//
// Meaning as in HL7 FHIR R5 `enableWhen`: of several answers one fitting is enough; with no answer every test is
// false but `exists = false` and `is_not`.
import * as days from './days.js'
import * as facts from './facts.js'

/** @typedef {import('./services.js').Service} Service */
/** @typedef {import('./services.js').Condition} Condition */
/** @typedef {{ [name: string]: any }} Table */
/**
 * What a condition may look at. `open` are questions shown but not answered: what hangs on them is not settled.
 * @typedef {{ answers: Table, facts: Table, today: string, figures: Table, groups: Table, group: string, row: Table, open: string[] }} Scope
 */

export const OPERATORS = ['exists', 'is', 'is_not', 'more_than', 'less_than', 'at_least', 'at_most']

/** @param {Service} service @param {Table} answers @param {Table} facts @param {string} today @returns {Scope} */
export const scope = (service, answers, facts, today) => {
  const grouped = service.questions.filter((question) => question.group)
  const groups = Object.fromEntries(grouped.map((question) => [question.id, question.group]))
  return { answers, facts, today, figures: service.figures || {}, groups, group: '', row: {}, open: [] }
}

/** The same, seen from inside a row. @param {Scope} scope @param {string} group @param {Table} answers @param {Table} person @returns {Scope} */
export const inRow = (scope, group, answers, person) => {
  const about = Object.fromEntries(Object.entries(person).map(([name, value]) => [`row.${name}`, value]))
  return { ...scope, facts: { ...scope.facts, ...about }, group, row: answers }
}

/** @param {Condition} condition @param {Scope} scope @returns {boolean} */
export const holds = (condition, scope) => {
  if ('any' in condition) return condition.any.some((/** @type {Condition} */ each) => holds(each, scope))
  if ('all' in condition) return condition.all.every((/** @type {Condition} */ each) => holds(each, scope))
  const tests = OPERATORS.filter((operator) => operator in condition)
  return tests.every((operator) => passes(operator, lookedAt(condition, scope), condition[operator], scope))
}

/** Does it hang on a question not answered yet? @param {Condition} condition @param {Scope} scope @returns {boolean} */
export const isOpen = (condition, scope) => {
  const parts = condition.any || condition.all || []
  return scope.open.includes(condition.question) || parts.some((/** @type {Condition} */ each) => isOpen(each, scope))
}

/** A limit that looks at what is not known cannot be broken. @param {import('./services.js').Must} must @param {any} value @param {Scope} scope */
export const keeps = (must, value, scope) => {
  const limits = OPERATORS.filter((name) => must[name] != null && resolve(must[name], scope) != null)
  const stands = !Array.isArray(value) || !value.includes(must.alone) || value.length === 1
  return !holds(must.when || {}, scope) || (stands && limits.every((name) => passes(name, [value], must[name], scope)))
}

/** @param {Condition} condition @param {Scope} scope @returns {any[]} */
const lookedAt = (condition, scope) =>
  'fact' in condition ? eachOf(scope.facts[condition.fact]) : answersTo(condition.question || '', scope)

/** From inside a row its own answer; from outside the answers of all rows. @param {string} question @param {Scope} scope @returns {any[]} */
export const answersTo = (question, scope) => {
  const group = scope.groups[question] || ''
  if (group === '') return eachOf(scope.answers[question])
  if (group === scope.group) return eachOf(scope.row[question])
  return (scope.answers[group] || []).flatMap((/** @type {any} */ row) => eachOf(row.answers[question]))
}

/** Left empty, or promised for later, is no answer. @param {any} value @returns {any[]} */
export const eachOf = (value) => {
  if (value == null || value === '' || value.later === 'yes') return []
  return Array.isArray(value) ? value : [value]
}

/** @param {string} operator @param {any[]} actual @param {any} wanted @param {Scope} scope */
const passes = (operator, actual, wanted, scope) => {
  if (operator === 'exists') return actual.length > 0 === wanted
  const limit = resolve(wanted, scope)
  if (operator === 'is_not') return actual.length === 0 || actual.some((value) => !same(value, limit))
  if (operator === 'is') return actual.some((value) => same(value, limit))
  return actual.some((value) => compares(operator, value, limit))
}

/** @param {any} value @param {any} limit */
const same = (value, limit) => (value !== null && typeof value === 'object' ? facts.isSameAddress(value, limit) : sameWord(value, limit))

/** @param {any} value @param {any} limit */
const sameWord = (value, limit) => ['string', 'number', 'boolean'].includes(typeof value) && value === limit

/** @param {string} operator @param {any} value @param {any} limit */
const compares = (operator, value, limit) => {
  const [size, bound] = [measure(value, limit), typeof limit === 'string' ? days.number(limit) : limit]
  if (size == null || !Number.isSafeInteger(bound) || (bound === 0 && limit !== 0)) return false
  if (operator === 'more_than') return size > bound
  if (operator === 'less_than') return size < bound
  return operator === 'at_least' ? size >= bound : size <= bound
}

/** Against a day: the day. Against a number: the number, or how many characters, or how many were chosen. @param {any} value @param {any} limit @returns {number | null} */
const measure = (value, limit) => {
  if (typeof limit === 'string') return days.number(value) || null
  if (typeof value === 'string' || Array.isArray(value)) return [...value].length
  return Number.isSafeInteger(value) ? value : null
}

/** A literal, a figure's value, what a register knows, or a day. null when what it looks at is not known. @param {any} value @param {Scope} scope @returns {any} */
export const resolve = (value, scope) => {
  if (value == null || typeof value !== 'object') return value
  if ('fact' in value) return scope.facts[value.fact] ?? null
  if ('figure' in value) return scope.figures[value.figure]?.value ?? null
  return moved(dayFrom(value.from || 'today', scope), value.add || '', scope)
}

/** @param {string} name @param {Scope} scope @returns {string} */
export const dayFrom = (name, scope) => {
  if (name === 'today') return scope.today
  const found = name.includes('.') ? eachOf(scope.facts[name]) : answersTo(name, scope)
  return found.length && days.number(found[0]) ? found[0] : ''
}

/** `span` is '-21 days', or names a figure like '3 weeks'. @param {string} day @param {any} span @param {Scope} scope */
const moved = (day, span, scope) => {
  if (day === '' || span === '') return day || null
  return days.add(day, spanOf(span, scope)) || null
}

/** @param {any} span @param {Scope} scope @returns {string} */
export const spanOf = (span, scope) => {
  if (typeof span === 'string') return span
  const figure = scope.figures[span.figure] || { value: '', unit: '' }
  return `${figure.value} ${figure.unit}`
}

/** The facts it looks at. @param {Condition} condition @returns {string[]} */
export const factsIn = (condition) => {
  const parts = condition.any || condition.all || []
  const beside = OPERATORS.map((name) => condition[name]).filter((value) => value !== null && typeof value === 'object' && 'fact' in value)
  return [...('fact' in condition ? [condition.fact] : []), ...beside.map(({ fact }) => fact), ...parts.flatMap((/** @type {Condition} */ each) => factsIn(each))]
}
