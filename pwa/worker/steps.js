// The pages of a journey, made on the phone: a question, "one more?", an ending, check answers; and what a person does
// on them. The twin of `backend/web/journeys.py`. Null: the server answers.
import { accept, typed, withoutRow } from './answers.js'
import * as conflicts from './conflicts.js'
import * as drafts from './drafts.js'
import * as forms from './forms.js'
import { stepOf } from './journey.js'
import { ask } from './network.js'
import { TAKEN } from './outbox.js'
import * as phone from './phone.js'
import * as show from './show.js'
import * as submissions from './submissions.js'
import * as trips from './trips.js'
import * as views from './views.js'

/** @typedef {import('./routes.js').Place} Place */
/** @typedef {import('./trips.js').Trip} Trip */
/** @typedef {import('./forms.js').Form} Form */
/** One act on the draft as it stands. Null: another window was faster, try again on what it left. @typedef {(event: FetchEvent, trip: Trip, at: Place, form: Form, what: string) => Promise<Response | null>} Act */

/** @param {Place} at @returns {Promise<Response | null>} */
export const page = async (at) => {
  const trip = await trips.of(at)
  if (!trip) return null
  if (trip.local.seq === 0 && !at.here.includes('?new=1')) {
    const sent = await submissions.last(trip, at)
    if (sent) return sent
  }
  const step = trips.stepAt(trip, at)
  if (!step) return isKnown(trip.service, at.step) ? show.go(at, trips.addressOf(at, trip.walked.at)) : null
  if (trip.local.theirs) return conflicts.page(trip, at, step)
  return drawn(trip, at, step, [], 200)
}

/** An address of this service that is not on the way now is led back; any other the server shall refuse. @param {any} service @param {string} id */
const isKnown = ({ questions = [], groups = [], endings = [] }, id) =>
  id === 'check' || [...questions, ...groups, ...endings].some((one) => one.id === id)

/** @param {Trip} trip @param {Place} at @param {any} step @param {any[]} errors @param {number} status */
const drawn = async (trip, at, step, errors, status) => {
  const { service, walked, today, who, local: { draft } } = trip
  const form = { draft: draft.id, revision: draft.revision }
  const how = { status, switch: step.kind === 'ending' ? 'link' : 'form' }
  const { answers, raw, facts } = draft
  const view = step.kind === 'ending' ? views.ending(service, walked, step)
    : step.kind === 'check' ? views.check(service, walked, answers, raw, errors, facts, today, drafts.writer(who) ? 1 : 0)
    : step.kind === 'more' ? views.more(service, walked, step, answers, raw, errors, facts, today)
    : views.question(service, walked, step, answers, raw, errors, facts, today, await slotsOf(service, step))
  return show.computed(trip.held, at, step.kind, { ...view, ...form }, how)
}

/** Free times, if the server can be asked; without them the person says when it suits her. @param {any} service @param {any} step */
const slotsOf = async (service, step) => {
  const question = service.questions.find((/** @type {any} */ one) => one.id === step.id)
  if (question?.kind !== 'appointment') return {}
  const asked = await ask(`/api/appointments/${question.desk}`, { ms: trips.PATIENCE_MS }).catch(() => null)
  return asked?.ok ? asked.body : {}
}

/** Where the person stands in a service she has begun; '' if she has not. @param {Place} at */
export const whereDraftStands = async (at) => {
  const trip = await trips.begun(at)
  return trip && Object.keys(trip.local.draft.answers).length ? trips.addressOf(at, trip.walked.at) : ''
}

/** @param {FetchEvent} event @param {Place} at @param {Request} copy to read; the event's own goes to the server untouched */
export const post = async (event, at, copy) => {
  if (!(await trips.room(at))) return null
  const form = await forms.read(copy)
  const id = forms.idOf(form)
  if (await submissions.has(id)) return show.go(at, submissions.addressOf(at, id))
  const [act, what = ''] = (form.said.get('do') || 'continue').split(':')
  for (;;) {
    const trip = await trips.of(at, { id, revision: Number(form.said.get('revision')) || 0 })
    if (!trip) return null
    const older = id && id !== trip.local.draft.id
    const reply = await (older ? keepTyped : ACTS[act] || answer)(event, trip, at, form, what)
    if (reply) return reply
  }
}

/** On the phone before anything is answered; to the server as soon as it can be. @param {FetchEvent} event @param {Trip} trip @param {Partial<drafts.Draft>} changes */
const save = async (event, { own, local }, changes) => {
  const draft = { ...local.draft, ...changes, updated_at: phone.stamp(Date.now()) }
  const next = { ...local, draft, dirty: 1 }
  const kept = await drafts.keep(own, next).catch((error) => drafts.instead(next, error))
  if (kept) event.waitUntil(drafts.sync(draft.service))
  return kept
}

/** @type {Act} */
const answer = async (event, trip, at, form) => {
  const step = trips.stepAt(trip, at)
  const { service, local: { draft }, today, held } = trip
  if (!step || step.kind === 'ending') return show.go(at, trips.addressOf(at, trip.walked.at))
  if (form.photo) return upload(event, trip, at, step)
  const taken = accept(service, step, form.fields, draft.answers, draft.facts, today, draft.raw, held.bundle.months || [], {})
  if (!taken.touched) return drawn(trip, at, step, [], 200)
  const changes = { answers: taken.answers, raw: taken.raw, lang: at.lang }
  const after = trips.withAnswers(trip, { ...draft, ...changes })
  if (step.kind === 'check' && !taken.errors.length && after.walked.at.kind === 'check') return send(event, after, at)
  if (!(await save(event, trip, changes))) return null
  return taken.errors.length ? drawn(after, at, step, taken.errors, 422) : show.go(at, trips.addressOf(at, after.walked.at))
}

/** @param {FetchEvent} event @param {Trip} trip @param {Place} at */
const send = async (event, trip, at) => {
  const reply = await submissions.send(event, trip, at)
  if (reply !== TAKEN) return reply
  const back = await trips.begun(at)
  const id = submissions.timeOf(trip.service).id
  const place = back && stepOf(back.service, back.walked, id, '')
  return back && place ? drawn(back, at, place, [{ field: `${id}_1`, code: 'time-taken', say: '', n: 0, date: '' }], 422) : null
}

/** A photo goes to the server itself; its draft is then newer than ours. @param {FetchEvent} event @param {Trip} trip @param {Place} at @param {any} step */
const upload = async (event, trip, at, step) => {
  await drafts.keep(trip.own, { ...trip.local, stale: 1 })
  try {
    return await fetch(event.request)
  } catch {
    return drawn(trip, at, step, [{ field: step.id, code: 'file-offline', say: '', n: 0, date: '' }], 422)
  }
}

/** Written on a page of an earlier generation: shown as typed, in the draft that counts now. @type {Act} */
const keepTyped = async (event, trip, at, form) => {
  const step = trips.stepAt(trip, at)
  if (!step) return show.go(at, trips.addressOf(at, trip.walked.at))
  return (await save(event, trip, { raw: typed(trip.service, step, form.fields, trip.local.draft.raw) })) ? show.go(at, at.path) : null
}

/** @type {Act} */
const changeLanguage = async (event, trip, at, form, lang) => {
  const step = trips.stepAt(trip, at)
  const raw = step ? typed(trip.service, step, form.fields, trip.local.draft.raw) : trip.local.draft.raw
  return (await save(event, trip, { lang, raw })) ? show.go({ ...at, lang }, at.path) : null
}

/** @type {Act} */
const removeRow = async (event, trip, at, form, row) => {
  const answers = withoutRow(trip.local.draft.answers, at.step, row)
  const after = trips.withAnswers(trip, { ...trip.local.draft, answers })
  return (await save(event, trip, { answers })) ? show.go(at, trips.addressOf(at, trips.stepAt(after, at) || after.walked.at)) : null
}

/** @type {Act} */
const erase = async (event, { own, local }, at) => {
  const { service, version, lang, facts, revision } = local.draft
  const gone = await ask(`/api/drafts/${service}`, { method: 'DELETE', owner: local.owner, ms: trips.PATIENCE_MS }).catch(() => null)
  // The server cannot be told now: an empty draft stays and takes the place of the server's when it can.
  const empty = { ...local, draft: { ...drafts.fresh(service, version, lang, facts), revision }, dirty: 1, theirs: null, tried: [] }
  return (await (gone?.ok ? drafts.remove(local) : drafts.keep(own, empty))) ? show.go(at, `services/${service}`) : null
}

/** A new generation over the old one. @type {Act} */
const startOver = async (event, { own, who, newest, local }, at) => {
  const { facts, revision } = (local.theirs || local.draft)
  const draft = { ...drafts.fresh(at.service, newest.version, at.lang, facts || local.draft.facts), revision }
  if (!(await drafts.keep(own, { ...local, held: local.theirs?.id || local.held, draft, dirty: 1, theirs: null, tried: [] }))) return null
  event.waitUntil(drafts.sync(at.service))
  const trip = trips.withDraft({ own, who, newest, held: /** @type {any} */ ({ bundle: { services: { [at.service]: newest } } }) }, { ...local, draft })
  return trip && show.go(at, trips.addressOf(at, trip.walked.at))
}

/** @type {Act} */
const choose = async (event, { own, local }, at, form) => {
  if (!(await drafts.keep(own, drafts.chosen(local, form.said.get('do') === 'keep-theirs' ? 'theirs' : 'mine')))) return null
  event.waitUntil(drafts.sync(at.service))
  return show.go(at, at.path)
}

/** @type {Record<string, Act>} */
const ACTS = {
  continue: answer, lang: changeLanguage, remove: removeRow, erase, 'start-over': startOver, 'keep-mine': choose, 'keep-theirs': choose,
}

/** On the start page. @param {FetchEvent} event @param {Place} at @param {Request} copy */
export const postStart = async (event, at, copy) => {
  const form = await forms.read(copy)
  for (;;) {
    const trip = form.said.get('do') === 'start-over' ? await trips.begun(at) : null
    if (!trip) return null
    const reply = await startOver(event, trip, at, form, '')
    if (reply) return reply
  }
}

/** Typed and paused: kept as typed, not yet an answer. @param {Place} at @param {string} body @returns {Promise<boolean>} */
export const keepTyping = async (at, body) => {
  const form = await forms.read(new Request(location.origin, { method: 'POST', body }))
  const trip = await trips.begun(at)
  const step = trip && trip.local.draft.id === forms.idOf(form) ? trips.stepAt(trip, at) : null
  if (!trip || !step) return false
  const draft = { ...trip.local.draft, raw: typed(trip.service, step, form.fields, trip.local.draft.raw) }
  return drafts.keep(trip.own, { ...trip.local, draft, dirty: 1 })
}
