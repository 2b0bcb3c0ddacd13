// From a posted form to the answers of a draft. The twin of `backend/domain/answers.py`.
//
// What fits goes into the answers; what does not stays in `raw`, as typed, and is shown back with the error.
import * as conditions from './conditions.js'
import * as dates from './dates.js'
import * as journeys from './journeys.js'
import * as kinds from './kinds.js'
import * as reading from './reading.js'
import * as rows from './rows.js'
import * as services from './services.js'

/** @typedef {{ [name: string]: any }} Table */
/** @typedef {import('./services.js').Service} Service */
/** @typedef {import('./services.js').Question} Question */
/** @typedef {import('./journeys.js').Step} Step */
/** @typedef {import('./reading.js').Posted} Posted */
/** @typedef {{ field: string, code: string, say: string, n: number, date: string }} Problem */
/** @typedef {{ answers: Table, raw: Table, errors: Problem[], touched: boolean }} Accepted */

/** Untouched, these post nothing: only the button tells that the person answered. */
const WIDGETS_WITHOUT_FIELDS = ['yes_no', 'choice', 'choices', 'person', 'appointment', 'file']

/** A urlencoded form, as `parse_qsl` reads it: a first "?" is text like any other. @param {string} text @returns {[string, string][]} */
export const parse = (text) => [...new URLSearchParams('&' + text.replace(/^\ufeff/, ''))]

/** @param {[string, string][]} fields @returns {Posted} */
const gather = (fields) => {
  /** @type {Posted} */
  const posted = new Map()
  for (const [name, value] of fields) posted.set(name, [...(posted.get(name) || []), value])
  return posted
}

/**
 * @param {Service} service @param {Step} step @param {[string, string][]} fields @param {Table} answers @param {Table} facts
 * @param {string} today @param {Table} raw @param {dates.DateWords} words @param {Table} uploads @returns {Accepted}
 */
export const accept = (service, step, fields, answers, facts, today, raw = {}, words = dates.NO_WORDS, uploads = {}) => {
  const posted = gather(fields)
  const before = { answers, raw, errors: [], touched: false }
  if (!isTouched(service, step, posted, uploads)) return before
  if (step.kind === 'more') return acceptMore(service, step, posted, before, facts)
  if (step.kind === 'check') return acceptDeclarations(service, posted, before, facts, today)
  return acceptAnswer(service, step, posted, before, facts, today, words, uploads)
}

/** @param {Posted} posted @param {string} button */
const isPressed = (posted, button) => (posted.get('do') || []).join(' ') === button

/** @param {Service} service @param {Step} step @param {Posted} posted @param {Table} uploads */
const isTouched = (service, step, posted, uploads) => {
  if (step.kind === 'more' || step.kind === 'check') {
    return isPressed(posted, 'continue') || isPressed(posted, 'send') || posted.has(step.id)
  }
  if (step.kind !== 'question') return false
  const question = services.question(service, step.id)
  const silent = WIDGETS_WITHOUT_FIELDS.includes(question.kind) || question.near
  const pressed = silent && isPressed(posted, 'continue')
  return pressed || step.id in uploads || names(question, step.row).some((name) => posted.has(name))
}

/** @type {{ [kind: string]: string[] }} */
const PARTS = { date: ['_day', '_month', '_year'], address: ['_street', '_postcode', '_town'], file: ['_later'] }

/** The fields a question posts. @param {Question} question @param {string} row */
const names = (question, row) => {
  const name = fieldName(question.id, row)
  const own = question.kind === 'address' || (question.kind === 'date' && !question.near) ? [] : [name]
  return [...own, ...(PARTS[question.kind] || []).map((part) => name + part)]
}

/** @param {string} id @param {string} row */
export const fieldName = (id, row) => (row ? `${id}_${row}` : id)

/**
 * @param {Service} service @param {Step} step @param {Posted} posted @param {Accepted} before @param {Table} facts
 * @param {string} today @param {dates.DateWords} words @param {Table} uploads @returns {Accepted}
 */
const acceptAnswer = (service, step, posted, before, facts, today, words, uploads) => {
  const [question, name] = [services.question(service, step.id), fieldName(step.id, step.row)]
  const walked = journeys.walk(service, before.answers, facts, today)
  const scope = journeys.scopeAt(service, walked, step, before.answers, facts, today)
  const held = journeys.valueAt(service, step, before.answers, facts)
  const [value, unread] = reading.read(question, name, posted, held, scope, words, uploads[step.id] || {})
  const wrong = unread || kinds.invalid(question, value, scope)
  if (wrong) {
    const raw = keepTyped(question, step.row, posted, before.raw)
    return { answers: before.answers, raw, errors: [error(firstControl(question, name, wrong), wrong)], touched: true }
  }
  const answers = put(service, step, value, before.answers, facts)
  return { answers, raw: forget(question, step.row, before.raw), errors: [], touched: true }
}

/** The html id the error leads to. @param {Question} question @param {string} name @param {kinds.Fault} wrong */
const firstControl = (question, name, wrong) => {
  const isListed = wrong.part === '' && ['yes_no', 'choice', 'choices', 'person', 'appointment'].includes(question.kind)
  const isNear = question.near && ['date-empty', 'say'].includes(wrong.code) && wrong.part === '_day'
  if (isListed || isNear) return name + '_1'
  return name + (wrong.part || { date: '_day', address: '_street' }[question.kind] || '')
}

/** @param {string} field @param {kinds.Fault} wrong @returns {Problem} */
const error = (field, { code, say, n, date }) => ({ field, code, say, n, date })

/** @param {Service} service @param {Step} step @param {any} value @param {Table} answers @param {Table} facts @returns {Table} */
const put = (service, step, value, answers, facts) => {
  if (step.row === '') return { ...answers, [step.id]: value }
  const group = services.group(service, journeys.groupOf(service, step))
  return { ...answers, [group.id]: rows.put(rows.of(group, answers, facts), step.row, step.id, value) }
}

/** @param {Service} service @param {Step} step @param {Posted} posted @param {Accepted} before @param {Table} facts @returns {Accepted} */
const acceptMore = (service, step, posted, before, facts) => {
  const group = services.group(service, step.id)
  const said = reading.first(posted, step.id)
  if (said !== 'yes' && said !== 'no') return { ...before, errors: [error(step.id + '_1', kinds.problem('choice-empty'))], touched: true }
  const there = rows.sayMore(rows.of(group, before.answers, facts), said)
  return { ...before, answers: { ...before.answers, [group.id]: there }, touched: true }
}

/** Each declaration must be ticked; of a list, what is done. @param {Service} service @param {Posted} posted @param {Accepted} before @param {Table} facts @param {string} today @returns {Accepted} */
const acceptDeclarations = (service, posted, before, facts, today) => {
  const scope = conditions.scope(service, journeys.walk(service, before.answers, facts, today).kept, facts, today)
  const said = boxes(service, scope, posted)
  const asked = journeys.declarations(service, scope).map((each) => each.id)
  const errors = asked.filter((id) => said[id] === '').map((id) => error(id, kinds.problem('declaration-empty')))
  return { ...before, answers: { ...before.answers, ...said }, errors, touched: true }
}

/** @param {Service} service @param {conditions.Scope} scope @param {Posted} posted @returns {Table} */
const boxes = (service, scope, posted) => {
  const held = [...journeys.declarations(service, scope), ...journeys.ticks(service, scope)]
  return Object.fromEntries(held.map(({ id }) => [id, reading.first(posted, id) === 'yes' ? 'yes' : '']))
}

// ---- typed, not yet accepted ----------------------------------------------------------------------------------------

/** What stands in an unfinished form. @param {Service} service @param {Step} step @param {[string, string][]} fields @param {Table} raw @returns {Table} */
export const typed = (service, step, fields, raw) => {
  if (step.kind !== 'question') return raw
  return keepTyped(services.question(service, step.id), step.row, gather(fields), raw)
}

/** The answers with the boxes as they stand on a check page that is left without its button. @param {Service} service @param {Step} step @param {[string, string][]} fields @param {Table} answers @param {Table} facts @param {string} today @returns {Table} */
export const ticked = (service, step, fields, answers, facts, today) => {
  if (step.kind !== 'check') return answers
  const scope = conditions.scope(service, journeys.walk(service, answers, facts, today).kept, facts, today)
  return { ...answers, ...boxes(service, scope, gather(fields)) }
}

/** As typed but for NUL, at most 10,000 characters. Ticked boxes are joined by a space. @param {Question} question @param {string} row @param {Posted} posted @param {Table} raw @returns {Table} */
const keepTyped = (question, row, posted, raw) => {
  const kept = { ...forget(question, row, raw) }
  for (const name of names(question, row)) {
    if (posted.has(name)) kept[name] = [...(posted.get(name) || []).join(' ')].slice(0, 10000).join('').replaceAll('\0', '')
  }
  return kept
}

/** @param {Question} question @param {string} row @param {Table} raw @returns {Table} */
const forget = (question, row, raw) => {
  const gone = names(question, row)
  return Object.fromEntries(Object.entries(raw).filter(([name]) => !gone.includes(name)))
}

/** The draft with one row taken away. @param {Table} answers @param {string} group @param {string} row @returns {Table} */
export const withoutRow = (answers, group, row) => {
  const there = Array.isArray(answers[group]) ? answers[group].filter(rows.isRow) : []
  return { ...answers, [group]: rows.without(there, row) }
}
