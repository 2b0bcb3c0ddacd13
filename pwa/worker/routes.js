// Which address is which page. Pure: the addresses of the pages, read on the phone.

/**
 * @typedef {object} Place
 * @property {string} lang
 * @property {string} path without language and query: "services/rats/where"
 * @property {string} here the same with its query
 * @property {'page' | 'step' | 'check' | 'done' | 'delete' | 'start' | 'sign-out' | 'mine' | 'phone' | 'write' | 'question' | 'paper' | 'unsent' | 'server'} kind
 * @property {string} service
 * @property {string} step id of the question, group or ending
 * @property {string} row
 * @property {string} key of a receipt
 * @property {string} back where an answer leads, without the language
 */

const PAGE = /^\/(?!api\/|was$)([a-z]{2,3}(?:-[a-z]+)?)(?:\/(.*))?$/
const SERVER = /^(sign-in|activate|n)(\/|$)|\.[a-z]+$/
const STEP = /^services\/([^/]+)(?:\/([^/]+)(?:\/([^/]+))?)?$/

/** Beside a service's questions, and beside its services: a question may have any other name. @type {Record<string, Place['kind']>} */
const OF_SERVICE = { 'duplicate-draft': 'server', 'kept-paper': 'server', appointment: 'server', delete: 'delete', check: 'check', done: 'done' }
/** @type {Record<string, Place['kind']>} */
const OF_TOWN = { 'sign-out': 'sign-out', mine: 'mine', phone: 'phone', 'post/write': 'write', 'post/unsent': 'unsent' }
const OF_CASE = /^mine\/cases\/[^/]+\/(question|paper)$/

/** The page at this address; null if it is none of ours. @param {URL} url @returns {Place | null} */
export const place = (url) => {
  const [, lang, path = ''] = PAGE.exec(url.pathname) || []
  if (!lang) return null
  const [, service = '', step = '', row = ''] = STEP.exec(path) || []
  const kind = SERVER.test(path) ? 'server'
    : service ? (step ? (row ? 'step' : OF_SERVICE[step] || 'step') : 'start')
    : OF_TOWN[path] || /** @type {Place['kind']} */ (OF_CASE.exec(path)?.[1]) || 'page'
  return { lang, path, here: path + url.search, kind, service, step, row, key: url.searchParams.get('key') || '', back: url.searchParams.get('back') || '' }
}

/** Does this window hold a form that somebody may be filling in? @param {URL} url */
export const isForm = (url) => ['step', 'check', 'write', 'question', 'paper'].includes(place(url)?.kind || '')
