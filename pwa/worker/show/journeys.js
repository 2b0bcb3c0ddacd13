// The pages of a journey, made on the phone: a question, "one more?", an ending, check answers; and what a person does
// on them. The twin of `backend/web/pages/journeys.py`. Null: the server answers.
import { accept, ticked, typed } from '../domain/answers.js'
import * as conflicts from '../keep/conflicts.js'
import * as deletion from './deletion.js'
import * as drafts from '../keep/drafts.js'
import * as forms from './forms.js'
import { stepOf } from '../domain/journeys.js'
import { ask } from '../send/network.js'
import { TAKEN } from '../send/outbox.js'
import * as person from '../keep/person.js'
import * as phone from '../keep/phone.js'
import * as photos from '../keep/photos.js'
import { send as sendPhoto } from '../send/photos.js'
import * as show from './response.js'
import * as submissions from '../send/submissions.js'
import * as journeyContext from '../keep/journey-context.js'
import * as views from '../domain/views.js'

/** @typedef {import('../routes.js').Place} Place */
/** @typedef {import('../keep/journey-context.js').JourneyContext} JourneyContext */
/** @typedef {import('./forms.js').Form} Form */
/** One act on the draft as it stands. Null: another window was faster, try again on what it left. @typedef {(event: FetchEvent, journey: JourneyContext, at: Place, form: Form, what: string) => Promise<Response | null>} Act */

/** So long she waits for the server's word on a photo. */
const UPLOAD_MS = 6000

/** @param {Place} at @returns {Promise<Response | null>} */
export const page = async (at) => {
  const journey = await journeyContext.of(at)
  if (!journey) return null
  if (journey.local.seq === 0 && !at.here.includes('?new=1')) {
    const sent = await submissions.last(journey, at)
    if (sent) return sent
  }
  const step = journeyContext.stepAt(journey, at)
  if (!step) return isKnown(journey.service, at.step) ? show.go(at, journeyContext.addressOf(at, journey.walked.at)) : null
  if (journey.local.theirs) return conflicts.page(journey, at, step)
  return drawn(journey, at, step, [], 200)
}

/** An address of this service that is not on the way now is led back; any other the server shall refuse. @param {any} service @param {string} id */
const isKnown = ({ questions = [], groups = [], endings = [] }, id) =>
  id === 'check' || [...questions, ...groups, ...endings].some((one) => one.id === id)

/** @param {JourneyContext} journey @param {Place} at @param {any} step @param {any[]} errors @param {number} status */
const drawn = async (journey, at, step, errors, status) => {
  const { service, walked, today, who, local: { draft, owner } } = journey
  const form = { draft: draft.id, revision: draft.revision, owner }
  const how = { status, switch: step.kind === 'ending' ? 'link' : 'form' }
  const { answers, raw, facts } = draft
  if (step.kind === 'check' && service.ticks) return show.computed(journey.held, at, 'checklist', { ...views.checklist(service, walked, answers, errors, facts, today), ...form }, how)
  const view = step.kind === 'ending' ? views.ending(service, walked, step)
    : step.kind === 'check' ? views.check(service, walked, answers, raw, errors, facts, today, drafts.writer(who) ? 1 : 0)
    : step.kind === 'more' ? views.more(service, walked, step, answers, raw, errors, facts, today)
    : { ...views.question(service, walked, step, answers, raw, errors, facts, today, await slotsOf(service, step)), kept_papers: await offersPapers(journey, step) }
  return show.computed(journey.held, at, step.kind, { ...view, ...form }, how)
}

/** Free times, if the server can be asked; without them the person says when it suits her. @param {any} service @param {any} step */
const slotsOf = async (service, step) => {
  const question = service.questions.find((/** @type {any} */ one) => one.id === step.id)
  if (question?.kind !== 'appointment') return {}
  const asked = await ask(`/api/appointments/${question.desk}`, { ms: journeyContext.TIMEOUT_MS }).catch(() => null)
  return asked?.ok ? asked.body : {}
}

/** Does she keep papers, one of which may be the answer? @param {JourneyContext} journey @param {any} step */
const offersPapers = async ({ own, who, service }, step) => {
  const question = service.questions.find((/** @type {any} */ one) => one.id === step.id)
  return question?.kind === 'file' && drafts.writer(who) && (await person.kept(own, 'papers', who.owner)) ? 1 : 0
}

/** Where the person stands in a service she has begun; '' if she has not. @param {Place} at */
export const whereDraftStands = async (at) => {
  const journey = await journeyContext.begun(at)
  return journey && Object.keys(journey.local.draft.answers).length ? journeyContext.addressOf(at, journey.walked.at) : ''
}

/** @param {FetchEvent} event @param {Place} at @param {Request} copy to read; the event's own goes to the server untouched */
export const post = async (event, at, copy) => {
  const found = await journeyContext.room(at)
  if (!found) return null
  const form = await forms.read(copy)
  // A page of somebody who was signed in here before: the server keeps what stands in it for that person alone.
  if (!isHers(form, found.who)) return null
  const id = forms.idOf(form)
  if (await submissions.has(id)) return show.go(at, submissions.addressOf(at, id))
  const [act, what = ''] = (form.said.get('do') || 'continue').split(':')
  for (;;) {
    const journey = await journeyContext.of(at, { id, revision: Number(form.said.get('revision')) || 0 })
    if (!journey) return null
    const older = id && id !== journey.local.draft.id
    const reply = await (older ? keepTyped : ACTS[act] || answer)(event, journey, at, form, what)
    if (reply) return reply
  }
}

/** A guest's form names nobody: it is whoever's goes on. @param {Form} form @param {phone.State} who */
const isHers = ({ said }, who) => !said.get('owner') || said.get('owner') === who.owner

/** On the phone before anything is answered; to the server as soon as it can be. @param {FetchEvent} event @param {JourneyContext} journey @param {Partial<drafts.Draft>} changes @param {import('../keep/database.js').Write[]} [more] */
const save = async (event, { own, local }, changes, more = []) => {
  const draft = { ...local.draft, ...changes, updated_at: phone.stamp(Date.now()) }
  const next = { ...local, draft, dirty: 1 }
  const kept = await drafts.keep(own, next, more).catch((error) => {
    if (more.length) throw error // the server can take the form, photo and all; else she is told that there is no room
    return drafts.instead(next, error)
  })
  if (kept) event.waitUntil(drafts.sync(draft.service))
  return kept
}

/** @type {Act} */
const answer = async (event, journey, at, form) => {
  const step = journeyContext.stepAt(journey, at)
  const { service, local: { draft }, today, held } = journey
  if (!step || step.kind === 'ending') return show.go(at, journeyContext.addressOf(at, journey.walked.at))
  const { uploads, writes } = await taken(journey, step, form)
  const read = accept(service, step, form.fields, draft.answers, draft.facts, today, draft.raw, held.bundle.date_words, uploads)
  if (!read.touched) return drawn(journey, at, step, [], 200)
  const changes = { answers: read.answers, raw: read.raw, lang: at.lang }
  const after = journeyContext.withAnswers(journey, { ...draft, ...changes })
  if (step.kind === 'check' && !service.ticks && !read.errors.length && after.walked.at.kind === 'check') return send(event, after, at)
  if (!(await save(event, journey, changes, writes))) return null
  return read.errors.length ? drawn(after, at, step, read.errors, 422) : show.go(at, journeyContext.addressOf(at, after.walked.at))
}

/** @param {FetchEvent} event @param {JourneyContext} journey @param {Place} at */
const send = async (event, journey, at) => {
  const reply = await submissions.send(event, journey, at)
  if (reply !== TAKEN) return reply
  const back = await journeyContext.begun(at)
  const id = submissions.timeOf(journey.service).id
  const place = back && stepOf(back.service, back.walked, id, '')
  return back && place ? drawn(back, at, place, [{ field: `${id}_1`, code: 'time-taken', say: '', n: 0, date: '' }], 422) : null
}

/**
 * A photo is kept like any answer. With the server at hand its word is heard first; without one, or in doubt, the
 * photo waits here. @param {JourneyContext} journey @param {any} step @param {forms.Form} form
 * @returns {Promise<{ uploads: any, writes: import('../keep/database.js').Write[] }>}
 */
const taken = async ({ own, service, local: { draft, owner } }, step, { photo }) => {
  if (!photo) return { uploads: {}, writes: [] }
  const small = await photos.scaled(photo)
  if (!small.bytes.length) return { uploads: { [step.id]: { code: 'file-empty', n: 0 } }, writes: [] }
  if (small.bytes.length > photos.MOST_BYTES) return { uploads: { [step.id]: { code: 'file-too-large', n: photos.MOST_BYTES / 2 ** 20 } }, writes: [] }
  const { answer, write } = await photos.made(own, small)
  const way = { service: service.id, version: draft.version, answers: draft.answers }
  const which = { id: answer.id, question: step.id, row: step.row }
  const told = await sendPhoto(owner, way, which, small, UPLOAD_MS).catch(() => null)
  if (told?.code.startsWith('file-') && told.status === 422) return { uploads: { [step.id]: { code: told.code, n: told.n } }, writes: [] }
  const isSent = told?.status === 200 || told?.status === 201
  return { uploads: { [step.id]: answer }, writes: [isSent ? [write[0], write[1], { ...write[2], sent: `for ${owner}` }] : write] }
}

/** What stands in a form that is left without its button: what is typed, and the boxes of a check page. @param {JourneyContext} journey @param {any} step @param {Form} form @returns {Partial<drafts.Draft>} */
const leftAs = ({ service, local: { draft }, today }, step, { fields }) => (step ? {
  answers: ticked(service, step, fields, draft.answers, draft.facts, today), raw: typed(service, step, fields, draft.raw),
} : {})

/** Written on a page of an earlier generation: shown as typed, in the draft that counts now. @type {Act} */
const keepTyped = async (event, journey, at, form) => {
  const step = journeyContext.stepAt(journey, at)
  if (!step) return show.go(at, journeyContext.addressOf(at, journey.walked.at))
  return (await save(event, journey, leftAs(journey, step, form))) ? show.go(at, at.path) : null
}

/** @type {Act} */
const changeLanguage = async (event, journey, at, form, lang) => {
  const step = journeyContext.stepAt(journey, at)
  if (step && form.photo) return changeLanguageWithPhoto(event, journey, at, form, lang, step)
  return (await save(event, journey, { ...leftAs(journey, step, form), lang })) ? show.go({ ...at, lang }, at.path) : null
}

/** The photo she chose is kept; where it cannot be, the page says so. @param {FetchEvent} event @param {JourneyContext} journey @param {Place} at @param {Form} form @param {string} lang @param {any} step */
const changeLanguageWithPhoto = async (event, journey, at, form, lang, step) => {
  const { service, local: { draft }, today, held } = journey
  const { uploads, writes } = await taken(journey, step, form)
  const read = accept(service, step, form.fields, draft.answers, draft.facts, today, draft.raw, held.bundle.date_words, uploads)
  const changes = { answers: read.answers, raw: read.raw, lang }
  if (!(await save(event, journey, changes, writes))) return null
  return read.errors.length ? drawn(journeyContext.withAnswers(journey, { ...draft, ...changes }), at, step, read.errors, 422) : show.go({ ...at, lang }, at.path)
}

/** On a page from before she said whose phone it is: what is typed there is kept, and the page stays. @type {Act} */
const sayWhose = async (event, journey, at, form) => changeLanguage(event, journey, at, form, at.lang)

/** Asked before anything is thrown away. @type {Act} */
const askRemove = async (event, journey, at, form, row) => show.go(at, deletion.address(at, at.step, row))

/** Asked before anything is thrown away; what is typed on this page stays until then. @type {Act} */
const askErase = async (event, journey, at, form) => {
  const step = journeyContext.stepAt(journey, at)
  return (await save(event, journey, leftAs(journey, step, form))) ? show.go(at, deletion.address(at, '', '')) : null
}

/** A new generation over the old one. @type {Act} */
const startOver = async (event, { own, who, newest, local }, at) => {
  const { facts, revision } = (local.theirs || local.draft)
  const draft = { ...drafts.fresh(at.service, newest.version, at.lang, facts || local.draft.facts), revision }
  if (!(await drafts.keep(own, { ...local, held: local.theirs?.id || local.held, draft, dirty: 1, theirs: null, tried: [] }))) return null
  event.waitUntil(drafts.sync(at.service))
  const journey = journeyContext.withDraft({ own, who, newest, held: /** @type {any} */ ({ bundle: { services: { [at.service]: newest } } }) }, { ...local, draft })
  return journey && show.go(at, journeyContext.addressOf(at, journey.walked.at))
}

/** @type {Act} */
const choose = async (event, { own, local }, at, form) => {
  if (!(await drafts.keep(own, drafts.chosen(local, form.said.get('do') === 'keep-theirs' ? 'theirs' : 'mine')))) return null
  event.waitUntil(drafts.sync(at.service))
  return show.go(at, at.path)
}

/** @type {Record<string, Act>} */
const ACTS = {
  continue: answer, lang: changeLanguage, own: sayWhose, remove: askRemove, erase: askErase, 'start-over': startOver, 'keep-mine': choose, 'keep-theirs': choose,
}

/** On the start page: begin again, once asked. @param {FetchEvent} event @param {Place} at @param {Request} copy */
export const postStart = async (event, at, copy) => {
  const form = await forms.read(copy)
  const journey = form.said.get('do') === 'start-over' ? await journeyContext.begun(at) : null
  return journey && show.go(at, deletion.address(at, '', ''))
}

/** Typed and paused: kept as typed, not yet an answer. @param {Place} at @param {string} body @returns {Promise<boolean>} */
export const keepTyping = async (at, body) => {
  const form = await forms.read(new Request(location.origin, { method: 'POST', body }))
  const journey = await journeyContext.begun(at)
  const step = journey && journey.local.draft.id === forms.idOf(form) ? journeyContext.stepAt(journey, at) : null
  if (!journey || !step) return false
  const draft = { ...journey.local.draft, ...leftAs(journey, step, form) }
  return drafts.keep(journey.own, { ...journey.local, draft, dirty: 1 })
}
