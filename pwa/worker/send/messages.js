// What she writes to the authority, or a paper it misses, on its way: how such an item of the outbox is asked for, and what
// became of it.

/** Stands where a submission has its service: no service can have the name. */
export const MESSAGE = 'post/write'

/**
 * @typedef {object} Post
 * @property {'write' | 'question' | 'paper'} kind
 * @property {string} letter @property {string} about @property {string} case @property {string} task
 * @property {string} text
 * @property {string} lang
 * @property {string} here where it was written, without language and key
 * @property {any} view the form as it stood, to be shown again; null where this phone does not have it
 */

/** The photos first, each under its own id; then this. @param {string} key @param {Post} post @param {any} answers */
export const request = (key, { kind, letter, about, case: id, task, text, lang }, answers) => kind === 'paper'
  ? { path: `/api/cases/${id}/papers/${key}`, body: new URLSearchParams({ task }).toString(), headers: { 'Content-Type': 'application/x-www-form-urlencoded' } }
  : { path: `/api/messages/${key}`, json: { letter, about, case: id, text, lang, files: photosOf(answers) } }

/** @param {any} answers @returns {string[]} */
export const photosOf = (answers) => Object.values(answers).map(({ id }) => id)

/** Where it stands once it is received. @param {Post} post @param {any} said */
export const pathOf = (post, said) => said?.path || `mine/cases/${post.case}`

/** A paper that nobody asks for any more is not thrown away behind her back. @param {any} said */
export const isClosed = (said) => said?.outcome === 'closed'
