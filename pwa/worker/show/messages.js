// Writing to the authority, asking about a case, sending the paper it misses: forms that this phone can show without a
// network, and what is sent with them. Sending is one write on the phone; then it leaves when it can. Null: the server answers.
import { content } from './content.js'
import * as contexts from '../keep/contexts.js'
import * as database from '../keep/database.js'
import * as forms from './forms.js'
import * as keys from '../keep/keys.js'
import { Unreachable } from '../send/network.js'
import { MESSAGE, photosOf } from '../send/messages.js'
import * as outbox from '../send/outbox.js'
import * as person from '../keep/person.js'
import * as phone from '../keep/phone.js'
import * as photos from '../keep/photos.js'
import * as show from './response.js'

/** @typedef {import('../routes.js').Place} Place */
/** @typedef {import('../send/messages.js').Post} Post */
/** @typedef {{ kind: Post['kind'], letter: string, about: string, case: string, task: string }} To */
/** @typedef {{ own: keys.Keys, who: phone.State, held: import('./content.js').Content }} Room */
/** @typedef {{ id: string, name: string }} File */

const TIMEOUT_MS = 3000
const LONGEST = 10000
const MOST_FILES = 10

/** @param {Place} at @param {boolean} [isAsked] is the server asked who is here, where somebody may have signed in? @returns {Promise<Room | null>} */
const room = async (at, isAsked) => {
  const known = await phone.state()
  const own = known.left || !known.owner ? undefined : await phone.own()
  const held = own && (await content(at.lang))
  const who = (own && isAsked && known.unsure && (await person.meet(TIMEOUT_MS).catch((error) => {
    if (!(error instanceof Unreachable)) throw error
  }))) || known
  return own && held ? { own, who, held } : null
}

/** What a form is about: from its address, and of one that was posted from its fields. @param {Place} at @param {Map<string, string>} [said] @returns {To} */
const toOf = (at, said) => {
  const asked = new URLSearchParams(at.here.split('?')[1])
  const [letter, about, of, task] = ['letter', 'about', 'case', 'task'].map((name) => said?.get(name) ?? asked.get(name) ?? '')
  const kind = /** @type {Post['kind']} */ (at.kind)
  return kind === 'write' ? { kind, letter, about, case: of, task: '' } : { kind, letter: '', about: '', case: at.path.split('/')[2], task }
}

/** @param {To} to */
const addressOf = ({ kind, letter, about, case: of, task }) => {
  const asked = Object.entries({ letter, about, case: of }).find(([, value]) => value)
  return kind === 'write' ? `post/write?${new URLSearchParams(asked ? [asked] : [])}`
    : `mine/cases/${of}/${kind}?${new URLSearchParams(task ? { task } : {})}`
}

/** The form as the server makes it, from what was kept of the letter or the case; null where that is not here. @param {Room} found @param {To} to @returns {Promise<any>} */
const viewOf = async ({ own, who, held }, { kind, letter, about, case: of, task }) => {
  const kept = async (/** @type {string} */ here) => (await contexts.find(own, who.owner, here))?.context
  const blank = { key: keys.newId(), owner: who.owner, errors: [], at: '', error: {}, kept: [] }
  if (kind !== 'write') {
    const of_case = await kept(`mine/cases/${of}`)
    if (!of_case) return null
    const { id, number, title, about: whom, icon } = of_case
    const head = { ...blank, id, number, title, about: whom, icon }
    if (kind === 'question') return { page: 'case-question', ...head, text: '' }
    const asked = of_case.tasks.find((/** @type {any} */ one) => one.id === task && one.act)
    if (!asked) return null // asked for since this phone heard of the case, or not any more: only the server knows
    const { say, text, lang, by, name } = asked
    return { page: 'case-paper', ...head, state: 'ask', task, wanted: { say, text, lang, by, name } }
  }
  const view = { ...blank, page: 'write', state: 'form', about: '', title: '', by: '', subjects: [], instead: '', letter, subject: about, case: of, text: '', files: [], more: 1 }
  if (letter) {
    const read = await kept(`post/${letter}`)
    if (!read?.reply) return null
    const { may, by, about: instead } = read.reply
    const state = may === 'yes' ? (by && by < phone.today(who) ? 'closed-late' : 'form') : `closed-${may}`
    return { ...view, title: read.text.title, by, state, instead }
  }
  if (of) {
    const of_case = await kept(`mine/cases/${of}`)
    return of_case ? { ...view, about: of_case.title } : null
  }
  const { services } = held.bundle
  if (services[about] || about === 'other') return { ...view, about: services[about]?.title || '' }
  const subjects = Object.values(services).map(({ id, title }) => ({ id, title }))
  return { ...view, state: 'subject', subjects: [...subjects, { id: 'other', title: '' }] }
}

/** @param {Room} found @param {Place} at @param {any} view @param {{ status?: number }} [how] */
const drawn = ({ held }, at, view, how) => show.computed(held, at, view.page, view, { ...how, switch: view.page === 'write' && view.state === 'form' ? 'form' : 'link' })

/** A form without the server; with the key of what waits, that again. @param {Place} at @returns {Promise<Response | null>} */
export const form = async (at) => {
  const found = await room(at)
  if (!found) return null
  if (!at.key) {
    const view = await viewOf(found, toOf(at))
    return view && drawn(found, at, view)
  }
  const { item, body } = await waiting(found, at.key)
  const { post, submission } = body || {}
  if (!post?.view) return item ? show.go(at, unsentOf(at.key)) : null
  const { state, reason } = outbox.told(item, Date.now())
  const files = await named(found, photosOf(submission.answers))
  const errors = state === 'failed' ? [problem(post.kind === 'paper' ? 'paper' : reason.startsWith('file-') ? 'photo' : 'text', reason)] : []
  const isLate = reason === 'reply-closed'
  return drawn(found, at, { ...post.view, ...written(post, files, errors), key: at.key, ...(isLate ? { state: 'closed-late' } : {}) })
}

/** What she had written, into its form. @param {{ kind: string, text: string }} post @param {File[]} files @param {any[]} errors */
const written = ({ kind, text }, files, errors) => kind === 'write' ? { text, files, errors, more: files.length < MOST_FILES ? 1 : 0 }
  : { ...(kind === 'question' ? { text } : {}), errors, error: errors[0] || {} }

/** @param {string} field @param {string} code @param {number} [n] */
const problem = (field, code, n = 0) => ({ field, code, say: '', n: n || (code === 'file-too-large' ? photos.MOST_BYTES / 2 ** 20 : 0), date: '' })

/** @param {string} key */
const unsentOf = (key) => `post/unsent?key=${key}`

/** @param {Room} found @param {string} key @returns {Promise<{ item?: any, body?: any }>} of hers, and of this kind */
const waiting = async ({ own, who }, key) => {
  const item = await outbox.hers(key, who)
  const body = item && (await keys.unseal(own, 'outbox', key, item).catch(() => null))
  return body && !body.post ? {} : { item, body }
}

/** @param {Room} found @param {string[]} ids @returns {Promise<File[]>} */
const named = ({ own }, ids) => Promise.all(ids.map(async (id, at) => ({ id, name: (await photos.get(own, id).catch(() => null))?.name || `${at + 1}` })))

/** What is wrong with it; null: nothing. @param {To} to @param {string} text @param {import('../keep/photos.js').Chosen | null} file @param {string[]} ids */
const wrong = ({ kind }, text, file, ids) => {
  const isMessage = kind === 'write'
  if (kind === 'paper' && !file && !ids.length) return problem('paper', 'file-empty')
  const field = isMessage ? 'photo' : 'paper'
  if (file && !file.bytes.length) return problem(field, 'file-empty')
  if (file && file.bytes.length > photos.MOST_BYTES) return problem(field, 'file-too-large')
  if (kind === 'paper') return null
  if (!text.trim()) return problem('text', isMessage ? 'message-empty' : 'text-empty')
  return [...text].length > LONGEST ? problem('text', isMessage ? 'message-long' : 'too-long', LONGEST) : null
}

/** @param {FetchEvent} event @param {Place} at @param {Request} copy @returns {Promise<Response | null>} */
export const send = async (event, at, copy) => {
  const found = await room(at, true)
  if (!found) return null
  const { fields, said, file: chosen } = await forms.read(copy)
  const { own, who } = found
  // The server keeps it for whoever wrote it; and what she has kept there lies there.
  if ((said.get('owner') ?? who.owner) !== who.owner || said.get('kept')) return null
  const to = toOf(at, said)
  const [act, what] = (said.get('do') || 'send').split(':')
  const text = (said.get('text') || '').replace(/\r\n/g, '\n')
  const key = /^[0-9a-f]{32}$/.test(said.get('key') || '') ? String(said.get('key')) : keys.newId()
  const before = await waiting(found, key)
  const kept = to.kind === 'paper' ? photosOf(before.body?.submission.answers || {}) : fields.flatMap(([name, value]) => (name === 'file' && !(act === 'without' && value === what) ? [value] : []))
  const file = chosen && (await photos.scaled(chosen))
  const view = (before.body?.post.here === addressOf(to) && before.body.post.view) || (await viewOf(found, to))
  const refused = act === 'send' || file ? wrong(to, act === 'send' ? text : '-', file, kept) : null
  const photo = file && !refused && kept.length < MOST_FILES ? await taken(own, to, key, file) : null
  const ids = photo && !kept.includes(photo.answer.id) ? [...kept, photo.answer.id] : kept
  if (act !== 'send' || refused) {
    const held = act === 'lang' ? await content(what) : found.held
    if (!view || !held) return null
    if (photo) await database.write([photo.write])
    const shown = { ...view, ...written({ ...to, text }, await named(found, ids), refused ? [refused] : []), key, ...(view.state === 'closed-late' ? { state: 'form' } : {}) }
    return drawn({ ...found, held }, act === 'lang' ? { ...at, lang: what } : at, shown, { status: refused ? 422 : 200 })
  }
  const post = { ...to, text: to.kind === 'question' ? text.trim() : text, lang: at.lang, here: addressOf(to), view }
  return queued(event, found, at, key, post, ids, photo)
}

/** The same photo in the same form is the same photo, however often it is sent; a paper's bears the key of its item. @param {keys.Keys} own @param {To} to @param {string} key @param {import('../keep/photos.js').Chosen} file */
const taken = async (own, { kind }, key, file) => {
  const { answer } = await photos.made(own, file)
  return photos.made(own, file, kind === 'paper' ? key : await keys.nameOf(own, 'photo of a message', key, answer.sha256))
}

/**
 * In one write: what is sent, and its photos. The same form sent twice is one message; changed before it left, it takes the
 * place of the first; changed after that, it is another.
 * @param {FetchEvent} event @param {Room} found @param {Place} at @param {string} key @param {Post} post @param {string[]} ids
 * @param {Awaited<ReturnType<typeof photos.made>> | null} photo chosen just now
 */
const queued = async (event, found, at, key, post, ids, photo) => {
  const { own, who } = found
  const sign = await keys.nameOf(own, 'message', key, JSON.stringify([post.kind, post.letter, post.about, post.case, post.task, post.text, ids, photo?.answer.sha256]))
  // A paper and its file bear one key: there is no other paper under another.
  for (const name of post.kind === 'paper' ? [key] : [key, sign]) {
    const was = await outbox.hers(name, who)
    const receipt = await database.get('receipts', name)
    if (receipt?.sign === sign) return arrived(found, at, name, post)
    if (was?.sign === sign && was.state !== 'failed') return show.go(at, unsentOf(name))
    if (receipt || was?.left || was?.reason === 'key-reused') continue
    const answers = Object.fromEntries(ids.map((id, n) => [`f${n}`, { id, sha256: '' }]))
    const item = await outbox.made(own, who.owner, name, { submission: { service: MESSAGE, version: 1, answers }, post })
    const seq = was?.seq || 0
    if (!(await database.write([...(photo ? [photo.write] : []), ['outbox', name, { ...item, sign, seq: seq + 1 }]], { store: 'outbox', key: name, seq }))) return show.go(at, unsentOf(name))
    await soonSent(event)
    return (await database.get('receipts', name)) ? arrived(found, at, name, post) : show.go(at, unsentOf(name))
  }
  return show.go(at, unsentOf(key))
}

/** @param {FetchEvent} event */
const soonSent = async (event) => {
  const { registration, navigator } = /** @type {any} */ (globalThis)
  const sending = outbox.flush()
  event.waitUntil(Promise.allSettled([sending, registration.sync?.register('outbox'), navigator.storage?.persist?.()]))
  await Promise.race([sending, new Promise((resolve) => setTimeout(resolve, TIMEOUT_MS))])
}

/** @param {keys.Keys} own @param {string} owner @param {string} key @returns {Promise<{ path: string, at: string } | null>} */
const receiptOf = async (own, owner, key) => {
  const receipt = await database.get('receipts', key)
  return receipt?.owner === owner ? keys.unseal(own, 'receipts', key, receipt).catch(() => null) : null
}

/** Received: as the server's own page says it. @param {Room} found @param {Place} at @param {string} key @param {Post} post */
const arrived = async ({ own, who, held }, at, key, post) => {
  const { path = 'mine', at: moment = '' } = (await receiptOf(own, who.owner, key)) || {}
  if (post.kind === 'write' || !post.view) return show.go(at, path.startsWith('post/') ? `${path}?told=sent` : path)
  return show.computed(held, at, post.view.page, { ...post.view, ...(post.kind === 'paper' ? { state: 'sent' } : {}), at: moment })
}

/** What waits, and why. @param {Place} at @returns {Promise<Response | null>} */
export const unsent = async (at) => {
  const found = at.key ? await room(at, true) : null
  const { item, body } = found ? await waiting(found, at.key) : {}
  if (!found || !item) {
    const receipt = found && (await receiptOf(found.own, found.who.owner, at.key))
    return receipt?.path ? show.go(at, receipt.path) : null
  }
  const told = outbox.told(item, Date.now())
  const { post, submission } = body || {}
  return show.computed(found.held, at, 'unsent', {
    ...told, state: body ? told.state : 'unreadable', ...(post ? titled(post) : { title: '', name: '' }), here: unsentOf(at.key),
    text: post?.text || '', files: await named(found, photosOf(submission?.answers || {})), edit: post?.view && !item.left ? `${post.here}&key=${at.key}` : '',
  })
}

/** @param {FetchEvent} event @param {Place} at @param {Request} copy @returns {Promise<Response | null>} */
export const remove = async (event, at, copy) => {
  const found = await room(at)
  const { item, body } = found ? await waiting(found, at.key) : {}
  if (!found || !item) return null
  if ((await forms.read(copy)).said.get('do') !== 'delete') return show.go(at, at.here)
  if ((await outbox.whetherReceived(item)) === 'received') return show.go(at, at.here)
  await database.write([['outbox', at.key], ...(body ? await photos.removals(found.own, body.submission.answers) : [])])
  return show.go(at, 'mine')
}

/** What it is about: `title` in the service's words, `name` in a person's. @param {Post} post */
const titled = ({ kind, view, letter }) =>
  kind === 'write' ? { title: view?.about || '', name: letter ? view?.title || '' : '' } : { title: view?.title || '', name: '' }

/** A row of what waits, for My things and for the page it is about. @param {string} key @param {Post} post */
export const row = (key, post) => ({ ...titled(post), kind: 'message', of: post.letter || post.case, path: unsentOf(key) })
