// What stays to be done after sending. The twin of `backend/domain/tasks.py`.
import * as conditions from './conditions.js'
import * as known from './facts.js'
import * as services from './services.js'

/** @typedef {{ [name: string]: any }} Table */
/** @typedef {import('./services.js').Service} Service */
/** @typedef {import('./services.js').Task} Task */
/** @typedef {import('./conditions.js').Scope} Scope */
/** With `why` ('file', 'time', 'changed', 'may') `say` is the question's own words; 'may' is a paper nobody needs. @typedef {{ id: string, say: string, who: string, name: string, why: string }} Todo */

/** The service's own tasks, then papers to come, then times only wished for; last the papers nobody needs. @param {Service} service @param {Table} kept @param {Table} facts @param {string} today @returns {Todo[]} */
export const of = (service, kept, facts, today) => {
  const scope = conditions.scope(service, kept, facts, today)
  const own = (service.tasks || []).flatMap((task) => ofTask(service, task, scope))
  const needed = service.questions.filter(({ optional }) => !optional)
  const free = service.questions.filter(({ optional }) => optional)
  return [
    ...own, ...lacking(needed, scope, 'later', 'file'), ...lacking(service.questions, scope, 'wish', 'time'),
    ...lacking(free, scope, 'later', 'may'),
  ]
}

/** Once for each question, in however many rows it lacks something. @param {Service['questions']} questions @param {Scope} scope @param {string} part @param {string} why */
const lacking = (questions, scope, part, why) => {
  const asked = questions.filter((question) => valuesOf(question, scope).some((value) => part in value))
  return asked.map(({ id, ask }) => again(id, ask, why))
}

/** @param {import('./services.js').Question} question @param {Scope} scope @returns {Table[]} */
const valuesOf = (question, scope) => {
  if (!question.group) return [scope.answers[question.id]].filter(isTable)
  return (scope.answers[question.group] || []).map((/** @type {Table} */ row) => row.answers[question.id]).filter(isTable)
}

/** @param {any} value */
const isTable = (value) => value !== null && typeof value === 'object' && !Array.isArray(value)

/** One; or one for each row of the group, or for each person of the list, that `each` names. @param {Service} service @param {Task} task @param {Scope} scope @returns {Todo[]} */
const ofTask = (service, task, scope) => {
  if (!task.each) return conditions.holds(task.when || {}, scope) ? [todo(task, '', scope)] : []
  if ((service.groups || []).some((group) => group.id === task.each)) {
    const group = services.group(service, task.each)
    const there = scope.answers[group.id] || []
    return there.flatMap((/** @type {Table} */ row) => todoInRow(task, group.id, group.each || '', row.id, row.answers, scope))
  }
  return known.people(scope.facts, task.each).flatMap((person) => todoInRow(task, '', task.each || '', person.id, {}, scope))
}

/** @param {Task} task @param {string} group @param {string} each @param {string} id @param {Table} answers @param {Scope} scope @returns {Todo[]} */
const todoInRow = (task, group, each, id, answers, scope) => {
  const inside = conditions.inRow(scope, group, answers, known.named(scope.facts, each, id))
  return conditions.holds(task.when || {}, inside) ? [todo(task, id, inside)] : []
}

/** @param {Task} task @param {string} row @param {Scope} scope @returns {Todo} */
const todo = (task, row, scope) => {
  const found = task.name ? conditions.answersTo(task.name, scope) : []
  const name = found.length ? found[0] : ''
  return { id: row ? `${task.id}.${row}` : task.id, say: task.say, who: task.who || 'me', name, why: '' }
}

/** @param {string} id @param {string} ask @param {string} why @returns {Todo} */
const again = (id, ask, why) => ({ id: `${why}.${id}`, say: ask, who: 'me', name: '', why })
