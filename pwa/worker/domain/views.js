// What the pages of a journey show, in no language. The twin of `backend/domain/views.py`.
//
// The caller adds what surrounds every page (frame, draft, revision). A name is never missing.
import * as conditions from './conditions.js'
import * as deadlines from './deadlines.js'
import * as known from './facts.js'
import * as fields from './fields.js'
import { shown } from './fields.js'
import * as journeys from './journeys.js'
import * as rows from './rows.js'
import * as services from './services.js'
import * as tasks from './tasks.js'

/** @typedef {{ [name: string]: any }} Table */
/** @typedef {import('./services.js').Service} Service */
/** @typedef {import('./services.js').Question} Question */
/** @typedef {import('./journeys.js').Step} Step */
/** @typedef {import('./journeys.js').Walk} Walk */
/** @typedef {import('./answers.js').Problem} Problem */

/** @param {Service} service @param {Walk} walk @param {Step} step @param {Table} answers @param {Table} raw @param {Problem[]} errors @param {Table} facts @param {string} today @param {Table} slots */
export const question = (service, walk, step, answers, raw, errors, facts, today, slots = {}) => {
  const asked = services.question(service, step.id)
  const scope = journeys.scopeAt(service, walk, step, answers, facts, today)
  const value = journeys.valueAt(service, step, answers, facts)
  return {
    ...page(service, walk, step),
    number: journeys.number(walk, step),
    total: journeys.total(service, walk, step, facts, today),
    group: groupOf(service, asked),
    ask: asked.ask,
    whose: rows.whose(service, asked, step.row, facts),
    hint: asked.hint || '',
    known: known.shown(scope.facts, asked.known || ''),
    optional: asked.optional ? 1 : 0,
    fields: [fields.of(asked, step.row, value, raw, errors, scope, slots)],
    errors,
  }
}

/** What the pages of a journey have in common. @param {Service} service @param {Walk} walk @param {Step} step */
const page = (service, walk, step) => {
  const before = journeys.back(service, walk, step)
  const root = `services/${service.id}`
  return {
    service: { id: service.id, title: service.title, icon: service.icon || '' },
    step: { id: step.id, row: step.row, kind: step.kind, path: step.path },
    back: before ? `${root}/${before}` : root,
  }
}

/** @param {Service} service @param {Question} asked */
const groupOf = (service, asked) => {
  if (!asked.group) return { id: '', title: '' }
  return { id: asked.group, title: services.group(service, asked.group).title || '' }
}

/** @param {Service} service @param {Walk} walk @param {Step} step @param {Table} answers @param {Table} raw @param {Problem[]} errors @param {Table} facts @param {string} today */
export const more = (service, walk, step, answers, raw, errors, facts, today) => {
  const group = services.group(service, step.id)
  const there = rows.of(group, answers, facts)
  const whole = (walk.kept[group.id] || []).filter((/** @type {Table} */ row) => row.id !== walk.at.row)
  const said = there.length ? there[there.length - 1].more : ''
  return {
    ...page(service, walk, step),
    group: { id: group.id, title: group.title || '' },
    rows: whole.map((/** @type {rows.Row} */ row) => rowOf(service, walk, row, facts)),
    ask: group.more || '',
    fields: [fields.yesOrNo(group.id, said, errors)],
    errors,
  }
}

/** One row in a few words, the way to change it, the button's value to take it away. @param {Service} service @param {Walk} walk @param {rows.Row} row @param {Table} facts */
const rowOf = (service, walk, row, facts) => {
  const first = walk.steps.find((step) => step.row === row.id && step.id in row.answers)
  const asked = Object.keys(row.answers).map((id) => services.question(service, id))
  const text = asked.flatMap((each) => shown(each, row.answers[each.id], facts))
  return { row: row.id, text, change: `services/${service.id}/${first?.path}`, remove: `remove:${row.id}` }
}

/** What would be thrown away: one row in its words, or the number of questions answered. @param {Service} service @param {Walk} walk @param {string} group @param {string} row @param {Table} facts */
export const deletion = (service, walk, group, row, facts) => {
  const kept = walk.kept[group]
  const there = row && Array.isArray(kept) ? kept.filter((each) => each?.id === row) : []
  const answered = walk.steps.filter(({ kind, id, row: of }) => kind === 'question' && !(id === walk.at.id && of === walk.at.row))
  return {
    service: { id: service.id, title: service.title, icon: service.icon || '' },
    group: there.length ? group : '', row: there.length ? row : '',
    text: there.length ? rowOf(service, walk, there[0], facts).text : [],
    count: answered.length,
    back: `services/${service.id}/${there.length ? group : walk.at.path}`,
  }
}

/** @param {Service} service @param {Walk} walk @param {Step} step */
export const ending = (service, walk, step) => {
  const found = services.ending(service, step.id)
  return { ...page(service, walk, step), say: found.say, next: found.next || '' }
}

/** @param {Service} service @param {Walk} walk @param {Table} answers @param {Table} raw @param {Problem[]} errors @param {Table} facts @param {string} today @param {number} signedIn */
export const check = (service, walk, answers, raw, errors, facts, today, signedIn) => {
  const said = journeys.declarations(service, conditions.scope(service, walk.kept, facts, today))
  const left = tasks.of(service, walk.kept, facts, today)
  const todo = ['file', 'time', 'may'].filter((why) => left.some((each) => each.why === why))
  return {
    ...page(service, walk, journeys.CHECK),
    rows: given(service, walk, facts),
    declarations: said.map((each) => declared(each, answers, errors)),
    errors,
    send: service.send || '',
    sign_in: service.sign_in === 'never' || signedIn ? 0 : 1,
    todo,
    wish: todo.includes('time') ? 1 : 0,
  }
}

/** A list that she ticks herself, in the order of the file. @param {Service} service @param {Walk} walk @param {Table} answers @param {Problem[]} errors @param {Table} facts @param {string} today */
export const checklist = (service, walk, answers, errors, facts, today) => {
  const last = deadlines.of(service, walk.kept, facts, today)
  const held = journeys.ticks(service, conditions.scope(service, walk.kept, facts, today))
  const items = held.map((each) => line(each, last.find(({ id }) => id === each.deadline) || {}, answers, today))
  return {
    ...page(service, walk, journeys.CHECK),
    rows: given(service, walk, facts),
    items,
    done: items.filter((each) => each.on).length,
    unchecked: held.some((each) => isUnchecked(service, each)) ? 1 : 0,
    errors,
    send: service.send || '',
  }
}

/** @param {import('./services.js').Tick} tick @param {Table} last @param {Table} answers @param {string} today */
const line = ({ id, say, hint = '', service = '', link = '', phone = '' }, last, answers, today) => {
  const [on, by] = [answers[id] === 'yes' ? 1 : 0, last.on || '']
  const site = link.replace('https://', '').split('/')[0].replace(/^www\./, '')
  return { id, say, hint, service, link, site, phone, by, late: by && by < today && !on ? 1 : 0, loses: last.loses || '', on }
}

/** @param {Service} service @param {import('./services.js').Tick} tick */
const isUnchecked = (service, tick) => {
  const rule = (service.deadlines || []).find((each) => each.id === tick.deadline)
  return [tick.source, service.figures?.[rule?.add?.figure]?.source].includes('unchecked')
}

/** What was answered, wherever the journey stops. @param {Service} service @param {Walk} walk @param {Table} facts */
const given = (service, walk, facts) =>
  walk.steps.filter((step) => step.kind === 'question').map((step) => answered(service, walk, step, facts))

/** @param {Service} service @param {Walk} walk @param {Step} step @param {Table} facts */
const answered = (service, walk, step, facts) => {
  const asked = services.question(service, step.id)
  const value = journeys.valueAt(service, step, walk.kept, facts)
  return {
    id: step.id, row: step.row, ask: asked.ask, whose: rows.whose(service, asked, step.row, facts), group: groupOf(service, asked),
    shown: shown(asked, value, facts),
    change: `services/${service.id}/${step.path}`,
  }
}

/** @param {Question} asked @param {Table} answers @param {Problem[]} errors */
const declared = (asked, answers, errors) => {
  const wrong = errors.find((error) => error.field === asked.id) || {}
  return { id: asked.id, name: asked.id, say: asked.ask, on: answers[asked.id] === 'yes' ? 1 : 0, error: wrong }
}

/** @param {Service} service @param {Table} answers @param {Table} facts @param {string} today @param {string[]} confirmed */
export const start = (service, answers, facts, today, confirmed) => ({ ...front(service, facts, today, confirmed), windows: windows(service, answers, facts, today) })

/** A start page but for its days. `confirmed` are the figures the municipality has said are right. @param {Service} service @param {Table} facts @param {string} today @param {string[]} confirmed */
export const front = (service, facts, today, confirmed) => ({
  service: head(service),
  bring: service.bring || [],
  cost: cost(service, confirmed),
  figures: Object.entries(service.figures || {}).map(([id, { value, unit, source, as_of }]) => ({ id, value, unit, source, as_of })),
  first: `services/${service.id}/${journeys.walk(service, {}, facts, today).at.path}`,
})

/** @param {Service} service */
const head = (service) => ({
  id: service.id, title: service.title, wish: service.wish, icon: service.icon || '', for_whom: service.for_whom,
  minutes: service.minutes ?? 5, law: service.law || '', sign_in: service.sign_in,
})

/** @param {Service} service @param {string[]} confirmed */
const cost = (service, confirmed) => {
  if (!service.cost) return {}
  const found = (service.figures || {})[service.cost]
  return { minor: Number(found.value) * 100, as_of: found.as_of, confirmed: confirmed.includes(service.cost) ? 1 : 0 }
}

/** When it can be done. Without the event the days are not known, but the rule is. @param {Service} service @param {Table} answers @param {Table} facts @param {string} today */
const windows = (service, answers, facts, today) => {
  const rules = (service.deadlines || []).filter((rule) => rule.shape === 'window' || rule.shape === 'season')
  const running = deadlines.of(service, answers, facts, today)
  return rules.map((rule) => {
    const { opens, closes } = running.find((each) => each.id === rule.id) || { opens: '', closes: '' }
    return { opens, closes, say: rule.say || '' }
  })
}

/** The words of a receipt. Its number, time and signature are the caller's. @param {Service} service @param {Table} kept @param {Table} facts @param {string} today @param {Table} events */
export const done = (service, kept, facts, today, events = {}) => {
  const scope = conditions.scope(service, kept, facts, today)
  const spoken = (service.outcomes || []).filter(({ id }) => id === 'received' || id.startsWith('received-'))
  const held = spoken.filter((each) => conditions.holds(each.when || {}, scope))
  const brings = (service.brings || []).filter((each) => conditions.holds(each.when || {}, scope)).map((each) => each.say)
  const ending = facts['person.nemkonto']?.ending
  return {
    service: { id: service.id, title: service.title, icon: service.icon || '' },
    say: held.length ? held[0].say : '',
    next: held.map((each) => each.next || '').filter((next) => next),
    bring: isVisit(service, kept) ? [...(service.bring || []), ...brings] : brings,
    tasks: tasks.of(service, kept, facts, today),
    deadlines: deadlines.of(service, kept, facts, today, events),
    appointment: appointment(service, kept, facts),
    cost: cost(service, []),
    account_end: typeof ending === 'string' ? ending : '',
  }
}

/** A time chosen or wished for: then the whole list of what to bring is read again. @param {Service} service @param {Table} kept */
const isVisit = (service, kept) => service.questions.some((asked) => asked.kind === 'appointment' && asked.id in kept)

/** The time that was chosen; {} for a wish, or none. @param {Service} service @param {Table} kept @param {Table} facts @returns {Table} */
const appointment = (service, kept, facts) => {
  for (const asked of service.questions) {
    const value = kept[asked.id]
    if (asked.kind === 'appointment' && typeof value?.at === 'string') {
      const desk = known.desks(facts, asked.desk || '').find((each) => each.id === value.desk)
      return { desk: desk?.name || '', address: desk?.address || '', at: value.at, ics: '' }
    }
  }
  return {}
}
