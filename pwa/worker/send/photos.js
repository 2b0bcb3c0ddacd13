// Photos on their way to the server: each under its own id, which is the key that makes a second try the same photo.
import * as photos from '../keep/photos.js'
import { ask } from './network.js'

/** @typedef {import('../keep/keys.js').Keys} Keys */
/** @typedef {{ service: string, version: number, answers: any }} Way what leads to the question the photo answers */

/** A slow line takes its time: a photo of 1 MB over 64 kbit/s is two minutes. */
const TIMEOUT_MS = 180_000

/**
 * One photo, one try. Throws `Unreachable`.
 * @param {Keys} own @param {string} owner @param {Way} way @param {{ id: string, question: string, row: string }} which @param {number} [ms]
 * @returns {Promise<{ status: number, code: string, n: number, retryAfter: string | null }>} status 200 too where it is not on this phone: then the server has it, or says so when it judges the whole
 */
export const upload = async (own, owner, way, which, ms = TIMEOUT_MS) => {
  const found = await photos.get(own, which.id)
  if (!found || found.sent === `for ${owner}`) return { status: 200, code: '', n: 0, retryAfter: null }
  const told = await send(owner, way, which, found, ms)
  if (told.status === 200 || told.status === 201) await photos.noteSent(own, which.id, owner)
  return told
}

/** @param {string} owner @param {Way} way @param {{ id: string, question: string, row: string }} which @param {photos.Chosen} photo @param {number} ms */
export const send = async (owner, way, which, photo, ms) => {
  const form = new FormData()
  form.append('way', JSON.stringify({ service: way.service, version: way.version, answers: way.answers, question: which.question, row: which.row }))
  form.append('file', new Blob([/** @type {any} */ (photo.bytes)], { type: photo.type }), photo.name)
  const { reply, status, body } = await ask(`/api/files/${which.id}`, { method: 'PUT', owner, ms, body: form })
  return { status, code: body?.why ? `file-${body.why}` : body?.code || '', n: body?.n || 0, retryAfter: reply.headers.get('retry-after') }
}

/** All photos among the answers. @param {Keys} own @param {string} owner @param {Way} way @returns {Promise<{ status: number, code: string, retryAfter: string | null } | null>} the first refusal; null: the server has them all */
export const uploadAll = async (own, owner, way) => {
  for (const which of photos.among(way.answers)) {
    const told = await upload(own, owner, way, which)
    if (told.status !== 200 && told.status !== 201) return told
  }
  return null
}
