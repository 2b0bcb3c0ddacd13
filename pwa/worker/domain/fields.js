// One question as a field to fill in, and one answer as it is read back. The twin of `backend/domain/fields.py`.
import { fieldName } from './answers.js'
import * as conditions from './conditions.js'
import * as days from './days.js'
import * as facts from './facts.js'
import { one } from './facts.js'
import { pickOf } from './kinds.js'

/** @typedef {{ [name: string]: any }} Table */
/** @typedef {import('./services.js').Question} Question */
/** @typedef {import('./conditions.js').Scope} Scope */
/** @typedef {import('./answers.js').Problem} Problem */

/** @type {{ [kind: string]: string }} */
const WIDGETS = {
  yes_no: 'radios', choice: 'radios', choices: 'checks', date: 'date', text: 'line', long_text: 'area', name: 'line',
  phone: 'phone', email: 'email', address: 'address', number: 'number', amount: 'amount', person: 'radios', file: 'file',
  appointment: 'slots',
}
/** @type {{ [kind: string]: string }} */
const AUTOCOMPLETE = { name: 'name', phone: 'tel', email: 'email' }
/** @type {{ [kind: string]: string }} */
const INPUTMODE = { phone: 'tel', email: 'email', number: 'numeric', amount: 'decimal' }
/** @type {{ [kind: string]: number }} */
const MAX = { long_text: 4000, text: 200, name: 100 }
/** A month may be written with letters, so it must not open a keyboard of digits. @type {{ [kind: string]: [string, string, string][] }} */
const PARTS = {
  date: [['day', '', 'numeric'], ['month', '', ''], ['year', '', 'numeric']],
  address: [['street', 'address-line1', ''], ['postcode', 'postal-code', 'numeric'], ['town', 'address-level2', '']],
}

/** @param {any} value */
const isTable = (value) => value !== null && typeof value === 'object' && !Array.isArray(value)

/** @param {Question} question @param {string} row @param {any} value @param {Table} raw @param {Problem[]} errors @param {Scope} scope @param {Table} slots @returns {Table} */
export const of = (question, row, value, raw, errors, scope, slots) => {
  const name = fieldName(question.id, row)
  const field = bare(name, widgetOf(question, scope))
  const mine = question.about !== 'other'
  field.autocomplete = mine ? AUTOCOMPLETE[question.kind] || '' : ''
  field.inputmode = INPUTMODE[question.kind] || ''
  field.unit = question.unit || ''
  field.error = errorOf(name, errors)
  field.max = MAX[question.kind] || 0
  const filled = prefilled(question, value, scope)
  field.value = raw[name] ?? typed(question, filled)
  field.parts = parts(question, name, filled, raw, errors, mine)
  field.options = options(question, name, value, raw, scope, slots)
  field.held = question.kind === 'file' && isTable(value) && 'sha256' in value ? shown(question, value, scope.facts)[0] : {}
  if (question.kind === 'appointment') [field.days, field.desks] = [slotDays(name, value, raw, slots), slots.desks || []]
  return field
}

/** @param {string} name @param {string} widget @returns {Table} */
const bare = (name, widget) => ({
  id: name, name, widget, label: '', value: '', options: [], autocomplete: '', inputmode: '', unit: '', error: {}, max: 0,
  parts: [], held: {}, days: [], desks: [],
})

/** @param {Question} question @param {Scope} scope */
const widgetOf = (question, scope) => {
  if (question.kind === 'person' && !facts.people(scope.facts, pickOf(question)).length) return 'line'
  return question.near ? 'near' : WIDGETS[question.kind]
}

/** @param {string} name @param {Problem[]} errors @returns {Table} */
const errorOf = (name, errors) => errors.find(({ field }) => field === name || field.startsWith(name + '_')) || {}

/** What was answered; before that, what a register knows, where it can be typed over. @param {Question} question @param {any} value @param {Scope} scope */
const prefilled = (question, value, scope) => {
  if (value != null || !['date', 'text', 'name', 'phone', 'email', 'address'].includes(question.kind)) return value
  const found = scope.facts[question.known || '']
  if (question.kind === 'address') return facts.isAddress(found) ? found : null
  if (question.kind === 'date') return days.number(found) ? found : null
  return typeof found === 'string' ? found : null
}

/** The answer as the person would type it. @param {Question} question @param {any} value @returns {string} */
const typed = (question, value) => {
  if (question.kind === 'amount' && Number.isSafeInteger(value) && value >= 0) {
    const [whole, rest] = [Math.floor(value / 100), value % 100]
    return rest ? `${whole},${String(rest).padStart(2, '0')}` : String(whole)
  }
  if (Number.isSafeInteger(value)) return String(value)
  return typeof value === 'string' && !['date', 'yes_no', 'choice'].includes(question.kind) ? value : ''
}

/** The three fields of a date, or of an address. @param {Question} question @param {string} name @param {any} value @param {Table} raw @param {Problem[]} errors @param {boolean} mine */
const parts = (question, name, value, raw, errors, mine) => {
  const known = question.kind === 'date' ? ofDate(value) : isTable(value) ? value : {}
  const wrong = errors.map((error) => error.field)
  return (PARTS[question.kind] || []).map(([label, autocomplete, inputmode]) => ({
    id: `${name}_${label}`, name: `${name}_${label}`, label,
    value: raw[`${name}_${label}`] ?? strOf(known[label]),
    autocomplete: mine ? autocomplete : '', inputmode,
    error: wrong.includes(`${name}_${label}`) ? 1 : 0,
  }))
}

/** @param {any} value */
const strOf = (value) => (typeof value === 'string' ? value : '')

/** @param {any} value @returns {Table} */
const ofDate = (value) => {
  if (days.number(value) === 0) return {}
  return { day: String(+value.slice(8, 10)), month: String(+value.slice(5, 7)), year: value.slice(0, 4) }
}

// ---- options --------------------------------------------------------------------------------------------------------

/** @param {Question} question @param {string} name @param {any} value @param {Table} raw @param {Scope} scope @param {Table} slots */
const options = (question, name, value, raw, scope, slots) => {
  const listed = listedOptions(question, scope, slots)
  const chosen = name in raw ? raw[name].split(' ') : chosenOf(question, value, listed.map((each) => each.value))
  if (question.kind === 'file') {
    const later = raw[`${name}_later`] ?? (isTable(value) && 'later' in value ? 'yes' : '')
    return [{ ...option('yes', '', '', 'later'), id: `${name}_later`, name: `${name}_later`, on: later === 'yes' ? 1 : 0 }]
  }
  return listed.map((each, at) => ({ ...each, id: `${name}_${at + 1}`, name, on: chosen.includes(each.value) ? 1 : 0 }))
}

/** @param {string} value @param {string} say @param {string} text @param {string} label @param {string} hint @param {boolean} alone */
const option = (value, say = '', text = '', label = '', hint = '', alone = false) =>
  ({ id: '', name: '', value, say, text, hint, label, on: 0, alone: alone ? 1 : 0 })

/** @param {Question} question @param {Scope} scope @param {Table} slots */
const listedOptions = (question, scope, slots) => {
  if (question.kind === 'yes_no') return [option('yes', '', '', 'yes'), option('no', '', '', 'no')]
  if (question.kind === 'choice' || question.kind === 'choices') {
    const alone = (question.must || []).filter((must) => conditions.holds(must.when || {}, scope)).map((must) => must.alone)
    return (question.options || []).map((each) => option(each.is, each.say || '', '', '', each.hint || '', alone.includes(each.is)))
  }
  if (question.kind === 'person') return facts.people(scope.facts, pickOf(question)).map((each) => option(each.id, '', each.name))
  if (question.kind === 'appointment' && !slots.days?.length) {
    const able = facts.desks(scope.facts, question.desk || '')
    const desks = able.length ? able : [{ id: '', name: '' }]
    return desks.flatMap((desk) => ['morning', 'afternoon'].map((when) => option(`${desk.id}@${when}`, '', desk.name, when)))
  }
  return question.near ? nearDays(question, scope) : []
}

/** Today and its neighbours, as far as the question's limits let them through; then any other day. @param {Question} question @param {Scope} scope */
const nearDays = (question, scope) => {
  const today = days.number(scope.today)
  const near = [['yesterday', days.text(today - 1)], ['today', days.text(today)], ['tomorrow', days.text(today + 1)]]
  const fitting = near.filter(([, day]) => (question.must || []).every((must) => conditions.keeps(must, day, scope)))
  return [...fitting.map(([label, day]) => option(day, '', '', label)), option('other', '', '', 'other')]
}

/** @param {Question} question @param {any} value @param {string[]} values @returns {string[]} */
const chosenOf = (question, value, values) => {
  if (Array.isArray(value)) return value.filter((each) => typeof each === 'string')
  if (question.kind === 'appointment' && isTable(value)) return [`${value.desk}@${value.at ?? value.part ?? ''}`]
  if (question.near && typeof value === 'string' && value !== '' && !values.includes(value)) return ['other']
  return typeof value === 'string' ? [value] : []
}

/** The free times by day, counted through so that each has its own id. One desk need not be named at each. @param {string} name @param {any} value @param {Table} raw @param {Table} slots */
const slotDays = (name, value, raw, slots) => {
  const chosen = raw[name] ?? (isTable(value) && 'at' in value ? `${value.desk}@${value.at}` : '')
  const desks = Object.fromEntries((slots.desks || []).map((/** @type {Table} */ desk) => [desk.id, desk.name]))
  let at = 0
  return (slots.days || []).map((/** @type {Table} */ day) => ({
    date: day.date,
    slots: day.slots.map((/** @type {Table} */ slot) => {
      at += 1
      const full = `${slot.desk}@${slot.at}`
      const desk = Object.keys(desks).length > 1 ? desks[slot.desk] || '' : ''
      return { id: `${name}_${at}`, value: full, at: slot.at, desk, on: full === chosen ? 1 : 0 }
    }),
  }))
}

// ---- read back ------------------------------------------------------------------------------------------------------

/** An answer as it stands on the check page, in "one more?" and on the case. @param {Question} question @param {any} value @param {Table} known @returns {Table[]} */
export const shown = (question, value, known) => {
  if (value == null || value === '') return [one('none')]
  if (question.kind === 'choice' || question.kind === 'choices') {
    const said = Object.fromEntries((question.options || []).map((each) => [each.is, each.say || '']))
    return [value].flat().map((each) => one('say', said[each] || ''))
  }
  if (isTable(value)) return [shownParts(question, value, known)]
  if (typeof value === 'number') return question.kind === 'amount' ? [one('money', '', value)] : [one('number', '', value, question.unit || '')]
  if (question.kind === 'person') return [one('text', facts.named(known, pickOf(question), value).name || value)]
  /** @type {{ [kind: string]: string }} */
  const kinds = { yes_no: value, declaration: 'yes', date: 'date', phone: 'phone', long_text: 'lines' }
  const kind = kinds[question.kind] || 'text'
  return [one(kind, kind === 'yes' || kind === 'no' ? '' : value)]
}

/** @param {Question} question @param {Table} value @param {Table} known */
const shownParts = (question, value, known) => {
  if (question.kind === 'address') return one('lines', facts.linesOf(value))
  if (question.kind === 'file') return 'later' in value ? one('later') : one('file', value.name, value.bytes)
  const desk = facts.desks(known, question.desk || '').find((each) => each.id === value.desk)?.name || ''
  return 'at' in value ? one('slot', value.at, 0, desk) : one('wish', value.part, 0, desk)
}

/** The field of "one more?". @param {string} name @param {string} said @param {Problem[]} errors */
export const yesOrNo = (name, said, errors) => {
  const two = [option('yes', '', '', 'yes'), option('no', '', '', 'no')]
  const listed = two.map((each, at) => ({ ...each, id: `${name}_${at + 1}`, name, on: each.value === said ? 1 : 0 }))
  return { ...bare(name, 'radios'), options: listed, error: errorOf(name, errors) }
}
