// Which address is which page. Pure: the addresses of the pages, read on the phone.

/**
 * @typedef {object} Place
 * @property {string} lang
 * @property {string} path without language and query: "services/rats/where"
 * @property {string} here the same with its query
 * @property {'page' | 'step' | 'check' | 'done' | 'delete' | 'start' | 'sign-out' | 'mine' | 'server'} kind
 * @property {string} service
 * @property {string} step id of the question, group or ending
 * @property {string} row
 * @property {string} key of a receipt
 */

const PAGE = /^\/(?!api\/|was$)([a-z]{2,3}(?:-[a-z]+)?)(?:\/(.*))?$/
const SERVER = /^(sign-in|activate|n)(\/|$)|\.[a-z]+$/
const STEP = /^services\/([^/]+)(?:\/([^/]+)(?:\/([^/]+))?)?$/

/** @type {Record<string, Place['kind']>} */
const NAMED = { 'duplicate-draft': 'server', appointment: 'server', delete: 'delete', check: 'check', done: 'done', 'sign-out': 'sign-out', mine: 'mine' }

/** The page at this address; null if it is none of ours. @param {URL} url @returns {Place | null} */
export const place = (url) => {
  const [, lang, path = ''] = PAGE.exec(url.pathname) || []
  if (!lang) return null
  const [, service = '', step = '', row = ''] = STEP.exec(path) || []
  const kind = SERVER.test(path) ? 'server'
    : service ? (step ? (row ? 'step' : NAMED[step] || 'step') : 'start')
    : NAMED[path] || 'page'
  return { lang, path, here: path + url.search, kind, service, step, row, key: url.searchParams.get('key') || '' }
}

/** Does this window hold a form that somebody may be filling in? @param {URL} url */
export const isForm = (url) => ['step', 'check'].includes(place(url)?.kind || '')
