// The questions this person sees, computed from the answers and never stored. The twin of `backend/domain/journeys.py`.
//
// Walk the items of the file in order; keep a question when its `when` holds, seeing only what was kept before it. The
// first without a fitting answer, or the first ending that holds, is the page to show; none left: the check page.
import * as conditions from './conditions.js'
import * as days from './days.js'
import * as known from './facts.js'
import * as kinds from './kinds.js'
import * as rows from './rows.js'
import * as services from './services.js'

/** @typedef {{ [name: string]: any }} Table */
/** @typedef {import('./services.js').Service} Service */
/** @typedef {import('./services.js').Question} Question */
/** @typedef {import('./conditions.js').Scope} Scope */
/** One page: 'where', 'employer-name/r1', 'employers', 'check'. @typedef {{ kind: string, id: string, row: string, path: string }} Step */
/** The pages up to `at`, the one to show. @typedef {{ steps: Step[], at: Step, kept: Table }} Walk */
/** A page, and whether it is done. @typedef {Generator<[Step, boolean], void>} Visits */

/** @param {string} kind @param {string} id @param {string} row @param {string} path @returns {Step} */
const stepFor = (kind, id, row, path) => ({ kind, id, row, path })

/** @type {Step} */
export const CHECK = stepFor('check', 'check', '', 'check')
/** What follows hangs on an answer not given. */
const OPEN = stepFor('open', '', '', '')

/** @param {Step} step */
export const pathOf = (step) => step.path

/** @param {Service} service @param {Table} answers @param {Table} facts @param {string} today @returns {Walk} */
export const walk = (service, answers, facts, today) => {
  const scope = conditions.scope(service, {}, facts, today)
  /** @type {Step[]} */
  const steps = []
  for (const [step, done] of visits(service, answers, scope)) {
    steps.push(step)
    if (!done) return { steps, at: step, kept: scope.answers }
  }
  return { steps: [...steps, CHECK], at: CHECK, kept: scope.answers }
}

/** Each page in order, and whether it is done. Fills `scope.answers` with what is kept. @param {Service} service @param {Table} answers @param {Scope} scope @returns {Visits} */
const visits = function* (service, answers, scope) {
  for (const item of service.items) {
    const [kind, id] = item.split(':')
    if (kind === 'e') {
      yield* visitEnding(services.ending(service, id), scope)
      continue
    }
    const question = services.question(service, id)
    if (!question.group && question.kind !== 'declaration') {
      yield* visit(question, answers, scope.answers, '', scope)
    } else if (question.group && services.ofGroup(service, question.group)[0].id === id) {
      yield* visitGroup(service, services.group(service, question.group), answers, scope)
    }
  }
  for (const question of declarations(service, scope)) {
    if (answers[question.id] === 'yes') scope.answers[question.id] = 'yes'
  }
}

/** @param {import('./services.js').Ending} ending @param {Scope} scope @returns {Visits} */
const visitEnding = function* (ending, scope) {
  if (conditions.isOpen(ending.when || {}, scope)) yield [OPEN, false]
  else if (conditions.holds(ending.when || {}, scope)) yield [stepFor('ending', ending.id, '', ending.id), false]
}

/** @param {Question} question @param {Table} answers @param {Table} keep @param {string} row @param {Scope} scope @returns {Visits} */
const visit = function* (question, answers, keep, row, scope) {
  if (conditions.isOpen(question.when || {}, scope)) yield [OPEN, false]
  else if (conditions.holds(question.when || {}, scope)) {
    const value = answers[question.id]
    const done = !kinds.invalid(question, value, scope)
    if (done) keep[question.id] = value
    else scope.open.push(question.id)
    yield [stepFor('question', question.id, row, row ? `${question.id}/${row}` : question.id), done]
  }
}

/** @param {Service} service @param {import('./services.js').Group} group @param {Table} answers @param {Scope} scope @returns {Visits} */
const visitGroup = function* (service, group, answers, scope) {
  if (conditions.isOpen(group.when || {}, scope)) yield [OPEN, false]
  else if (conditions.holds(group.when || {}, scope)) {
    const there = rows.of(group, answers, scope.facts)
    for (const row of [...there, ...rows.toCome(group, there)]) yield* visitRow(service, group, row, scope)
    if (!group.each && there.length < rows.most(group)) {
      yield [stepFor('more', group.id, '', group.id), there.length > 0 && there[there.length - 1].more === 'no']
    }
  }
}

/** @param {Service} service @param {import('./services.js').Group} group @param {rows.Row} row @param {Scope} scope @returns {Visits} */
const visitRow = function* (service, group, row, scope) {
  /** @type {Table} */
  const kept = {}
  const inside = conditions.inRow(scope, group.id, kept, known.named(scope.facts, group.each || '', row.id))
  for (const question of services.ofGroup(service, group.id)) {
    for (const [step, done] of visit(question, row.answers, kept, row.id, inside)) {
      if (done && Object.keys(kept).length === 1) (scope.answers[group.id] ??= []).push({ id: row.id, answers: kept, more: row.more })
      yield [step, done]
    }
  }
}

/** What must be said yes to on the check page. @param {Service} service @param {Scope} scope */
export const declarations = (service, scope) => {
  const found = service.questions.filter((question) => question.kind === 'declaration')
  return found.filter((question) => conditions.holds(question.when || {}, scope))
}

/** The lines of a list that are for this person. @param {Service} service @param {Scope} scope */
export const ticks = (service, scope) => (service.ticks || []).filter((each) => conditions.holds(each.when || {}, scope))

// ---- where am I? ----------------------------------------------------------------------------------------------------

/** @param {Step[]} steps @param {Step} step */
const placeOf = (steps, step) => steps.findIndex((each) => each.kind === step.kind && each.path === step.path)

/** null when this person does not stand there (yet). @param {Service} service @param {Walk} walk @param {string} id @param {string} row @returns {Step | null} */
export const stepOf = (service, walk, id, row) => {
  for (const step of walk.steps) if (step.id === id && step.row === row) return step
  const later = walk.steps.filter((step) => !['', 'r1'].includes(step.row) && groupOf(service, step) === id)
  const isMore = row === '' && later.length > 0 && !services.group(service, id).each
  return isMore ? stepFor('more', id, '', id) : null
}

/** The page before, as a path inside the service; '' is its start page. @param {Service} service @param {Walk} walk @param {Step} step */
export const back = (service, walk, step) => {
  const at = placeOf(walk.steps, step) >= 0 ? placeOf(walk.steps, step) : newestRow(service, walk, step.id)
  if (at === 0) return ''
  const [before, group] = [walk.steps[at - 1], groupOf(service, step)]
  const asked = group !== '' && !services.group(service, group).each && step.row !== before.row && before.row !== ''
  return asked && groupOf(service, before) === group ? group : before.path
}

/** Where the first question of a group's last row stands. @param {Service} service @param {Walk} walk @param {string} group */
const newestRow = (service, walk, group) => {
  const inside = walk.steps.filter((step) => step.row !== '' && groupOf(service, step) === group)
  return walk.steps.findIndex((step) => inside.includes(step) && step.row === inside[inside.length - 1].row)
}

/** @param {Service} service @param {Step} step */
export const groupOf = (service, step) => (step.kind === 'question' ? services.question(service, step.id).group || '' : '')

/** What the limits of a question may look at. @param {Service} service @param {Walk} walk @param {Step} step @param {Table} answers @param {Table} facts @param {string} today @returns {Scope} */
export const scopeAt = (service, walk, step, answers, facts, today) => {
  const scope = conditions.scope(service, walk.kept, facts, today)
  if (step.row === '') return scope
  const group = services.group(service, groupOf(service, step))
  const row = rows.withId(step.row, rows.of(group, answers, facts))
  return conditions.inRow(scope, group.id, row.answers, known.named(facts, group.each || '', step.row))
}

/** The how-many-eth question this is; 0 for other pages. @param {Walk} walk @param {Step} step */
export const number = (walk, step) => {
  const before = step.kind === 'question' ? walk.steps.slice(0, placeOf(walk.steps, step) + 1) : []
  return before.filter((each) => each.kind === 'question').length
}

/** How many questions there are, if nothing after this step hangs on an answer still to come; else 0. @param {Service} service @param {Walk} walk @param {Step} step @param {Table} facts @param {string} today */
export const total = (service, walk, step, facts, today) => {
  if (placeOf(walk.steps, step) < 0) return 0
  const before = only(service, walk.kept, walk.steps.slice(0, placeOf(walk.steps, step)))
  const seen = [...visits(service, before, conditions.scope(service, {}, facts, today))]
  if (seen.some(([each, done]) => each.kind === 'open' || each.kind === 'ending' || (each.kind === 'more' && !done))) return 0
  return seen.filter(([each]) => each.kind === 'question').length
}

/** The answers given on these pages. @param {Service} service @param {Table} kept @param {Step[]} steps @returns {Table} */
const only = (service, kept, steps) => {
  const asked = steps.filter((step) => step.kind === 'question' && step.row === '')
  /** @type {Table} */
  const answers = Object.fromEntries(asked.map((step) => [step.id, kept[step.id]]))
  const paths = steps.map((step) => step.path)
  for (const group of service.groups || []) {
    for (const row of kept[group.id] || []) {
      const given = Object.fromEntries(Object.entries(row.answers).filter(([id]) => paths.includes(`${id}/${row.id}`)))
      ;(answers[group.id] ??= []).push({ ...row, answers: given })
    }
  }
  return answers
}

// ---- the whole submission -------------------------------------------------------------------------------------------

/** @typedef {{ question: string, row: string, code: string }} Missing */
/** @typedef {{ errors: Missing[], kept: Table, changed: { question: string, row: string }[], ending: string }} Judged */

/**
 * Answers that were right when Send was pressed are received. The journey is walked again by `facts` and `today`: what has
 * changed since, or never was so, is to be looked at again. `ending`: the one that holds by them.
 * @param {Service} service @param {Table} answers @param {Table} facts @param {string} today @param {{ facts?: any, on?: any }} then
 * @returns {Judged}
 */
export const judge = (service, answers, facts, today, then = {}) => {
  const [knownThen, on] = atSending(facts, today, then)
  const found = walk(service, answers, knownThen, on)
  const errors = missing(service, found, answers, knownThen, on)
  if (errors.length) return { errors, kept: found.kept, changed: [], ending: '' }
  const again = walk(service, found.kept, facts, today)
  const changed = changes(service, found, knownThen, facts, today)
  const more = unlike(found, again).filter(({ question, row }) => !changed.some((each) => each.question === question && each.row === row))
  return { errors, kept: found.kept, changed: [...changed, ...more], ending: again.at.kind === 'ending' ? again.at.id : '' }
}

/** A day to come, or more than 60 days ago, is not believed. @param {Table} facts @param {string} today @param {{ facts?: any, on?: any }} then @returns {[Table, string]} */
const atSending = (facts, today, then) => {
  const [on, now] = [days.number(then.on), days.number(today)]
  const isTable = then.facts !== null && typeof then.facts === 'object' && !Array.isArray(then.facts)
  return [isTable ? then.facts : facts, now - 60 <= on && on <= now && on > 0 ? then.on : today]
}

/** Where the journey stops before the check page, or the declarations not made on it. @param {Service} service @param {Walk} walk @param {Table} answers @param {Table} facts @param {string} today @returns {Missing[]} */
const missing = (service, walk, answers, facts, today) => {
  if (walk.at.kind === 'question') {
    const scope = scopeAt(service, walk, walk.at, answers, facts, today)
    const wrong = kinds.invalid(services.question(service, walk.at.id), valueAt(service, walk.at, answers, facts), scope)
    return [error(walk.at, wrong ? wrong.code : '')]
  }
  if (walk.at.kind !== 'check') return [error(walk.at, walk.at.kind)]
  const asked = declarations(service, conditions.scope(service, walk.kept, facts, today))
  return asked.filter((each) => !(each.id in walk.kept)).map((each) => error(CHECK, 'declaration-empty', each.id))
}

/** @param {Step} step @param {string} code @param {string} question @returns {Missing} */
const error = (step, code, question = '') => ({ question: question || step.id, row: step.row, code })

/** The answer that stands on a page; undefined when it was never given. @param {Service} service @param {Step} step @param {Table} answers @param {Table} facts @returns {any} */
export const valueAt = (service, step, answers, facts) => {
  if (step.row === '') return answers[step.id]
  const group = services.group(service, groupOf(service, step))
  return rows.withId(step.row, rows.of(group, answers, facts)).answers[step.id]
}

/** Answers beside a fact that is another now, and answers that no longer fit because days went by. @param {Service} service @param {Walk} walk @param {Table} then @param {Table} now @param {string} today */
const changes = (service, walk, then, now, today) => {
  const found = []
  for (const step of walk.steps) {
    if (step.kind !== 'question') continue
    const question = services.question(service, step.id)
    const other = factsOf(question).some((name) => name in then && !alike(then[name], now[name] ?? null))
    const scope = scopeAt(service, walk, step, walk.kept, now, today)
    if (other || kinds.invalid(question, valueAt(service, step, walk.kept, then), scope)) found.push({ question: step.id, row: step.row })
  }
  return found
}

/** Questions that one of two ways asks and the other does not, as far as the second goes. @param {Walk} walked @param {Walk} again */
const unlike = (walked, again) => {
  const [before, after] = [askedIn(walked), askedIn(again)]
  const isIn = (/** @type {Asked[]} */ all, /** @type {Asked} */ one) => all.some((each) => each.question === one.question && each.row === one.row)
  const gone = again.at.kind === 'check' ? before.filter((one) => !isIn(after, one)) : []
  return [...gone, ...after.filter((one) => !isIn(before, one))]
}

/** @typedef {{ question: string, row: string }} Asked */
/** @param {Walk} walk @returns {Asked[]} */
const askedIn = (walk) => walk.steps.filter((step) => step.kind === 'question').map(({ id, row }) => ({ question: id, row }))

/** @param {Question} question */
const factsOf = (question) => [question.known || '', ...conditions.factsIn(question.when || {})]

/** The same value, in whatever order its keys stand. @param {any} a @param {any} b @returns {boolean} */
const alike = (a, b) => {
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return a === b
  const [ours, theirs] = [Object.keys(a), Object.keys(b)]
  return Array.isArray(a) === Array.isArray(b) && ours.length === theirs.length && ours.every((key) => key in b && alike(a[key], b[key]))
}
