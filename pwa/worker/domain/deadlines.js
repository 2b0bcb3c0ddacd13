// Last days, computed from a rule, the answers and what has happened. The twin of `backend/domain/deadlines.py`.
//
// A rule whose `from` has not happened does not run. Closed days are handed in, so that the phone counts as the server.
import * as conditions from './conditions.js'
import * as days from './days.js'

/** @typedef {{ [name: string]: any }} Table */
/** @typedef {import('./services.js').Service} Service */
/** @typedef {import('./services.js').Deadline} Rule */
/** @typedef {import('./conditions.js').Scope} Scope */
/** @typedef {(rule: Rule, scope: Scope, closed: string[]) => Table[]} Shape */

/** Every deadline that runs, in the file's order. @param {Service} service @param {Table} answers @param {Table} facts @param {string} today @param {Table} events @param {string[]} closed @returns {Table[]} */
export const of = (service, answers, facts, today, events = {}, closed = []) => {
  const scope = conditions.scope(service, answers, { ...facts, ...events }, today)
  const running = (service.deadlines || []).filter(
    (rule) => conditions.holds(rule.when || {}, scope) && !((rule.stops ?? 'submission.received') in scope.facts),
  )
  return running.flatMap((rule) => (SHAPES[rule.shape] || lasting)(rule, scope, closed))
}

/** Open from one day to another, both included. @type {Shape} */
const window = (rule, scope, closed) => {
  const [opens, closes] = [bound(rule, rule.opens, scope, closed), bound(rule, rule.closes, scope, closed)]
  return opens || closes ? [shown(rule, closes, opens, closes)] : []
}

/** A length from an event: to answer, to complain, to stay valid, or for us to answer. @type {Shape} */
const lasting = (rule, scope, closed) => {
  const on = counted(rule, conditions.dayFrom(rule.from || '', scope), span(rule.add, scope), closed)
  return on ? [shown(rule, on, bound(rule, rule.opens, scope, closed), on)] : []
}

/** One opening; several latest days, each with what it costs to miss it. @type {Shape} */
const earliestLatest = (rule, scope, closed) => {
  const opens = bound(rule, rule.opens, scope, closed)
  return (rule.latest || []).flatMap((latest) => {
    const on = monthDay(bound(rule, latest.at, scope, closed), latest)
    return on ? [{ ...shown(rule, on, opens, on), id: `${rule.id}.${latest.id}`, loses: latest.loses ?? rule.loses ?? '' }] : []
  })
}

/** `day = "last"` or `day = 10`: that day of the month it falls in. @param {string} day @param {Table} latest */
const monthDay = (day, latest) => {
  const wanted = latest.day ?? ''
  if (day === '' || wanted === '') return day
  const [year, month] = [+day.slice(0, 4), +day.slice(5, 7)]
  const last = days.length(year, month)
  return days.written(year, month, wanted === 'last' ? last : Math.min(wanted, last))
}

/** Before something is begun. The day is the act's own, where it is known. @type {Shape} */
const beforeAct = (rule, scope) => {
  const on = rule.from ? conditions.dayFrom(rule.from, scope) : ''
  return [shown(rule, on, '', on)]
}

/** Today, and no later day that would be false. @type {Shape} */
const atOnce = (rule, scope) => {
  const on = rule.from ? conditions.dayFrom(rule.from, scope) : scope.today
  return on ? [shown(rule, '', on)] : []
}

/** A local season: two days of a year, set by the municipality. @type {Shape} */
const season = (rule, scope) => {
  const [opens, closes] = [rule.opens, rule.closes].map((value) => String(conditions.resolve(value, scope) || ''))
  return closes ? [shown(rule, closes, opens, closes)] : []
}

/** The other shapes are a length from an event. @type {{ [shape: string]: Shape }} */
const SHAPES = { window, 'earliest-latest': earliestLatest, 'before-act': beforeAct, 'at-once': atOnce, season }

/** A day given by itself, or `{from, add}` counted as the rule counts. @param {Rule} rule @param {any} value @param {Scope} scope @param {string[]} closed @returns {string} */
const bound = (rule, value, scope, closed) => {
  if (value === null || typeof value !== 'object') return typeof value === 'string' ? value : ''
  const start = conditions.dayFrom(value.from ?? rule.from ?? '', scope)
  return start ? counted(rule, start, conditions.spanOf(value.add ?? '', scope), closed) : ''
}

/** @param {any} value @param {Scope} scope */
const span = (value, scope) => (value != null ? conditions.spanOf(value, scope) : '')

/** The day after the event is the first, unless the rule counts the day itself. @param {Rule} rule @param {string} start @param {string} length @param {string[]} closed */
const counted = (rule, start, length, closed) => {
  if (start === '' || length === '') return start
  const working = rule.days === 'working' && days.SPAN.exec(length)
  let end = working ? days.addWorking(start, Math.abs(+working[1]), closed) : days.add(start, length)
  if (rule.counts_first && days.number(end) > days.number(start)) end = days.text(days.number(end) - 1)
  return movedOff(rule.closed_last_day || 'stays', end, closed)
}

/** What a last day does when the town hall is closed on it. @param {string} how @param {string} day @param {string[]} closed */
const movedOff = (how, day, closed) => {
  let number = days.number(day)
  const step = how === 'next' ? 1 : how === 'before' ? -1 : 0
  while (step !== 0 && number > 7 && !days.isWorking(number, closed)) number += step
  return days.text(number)
}

/** @param {Rule} rule @param {string} on @param {string} opens @param {string} closes */
const shown = (rule, on = '', opens = '', closes = '') => ({
  id: rule.id, shape: rule.shape, on, opens, closes, say: rule.say ?? '', loses: rule.loses ?? '',
  weight: rule.weight ?? 'normal', stops: rule.stops ?? 'submission.received',
})
