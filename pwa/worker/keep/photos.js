// A photo chosen on her own phone: scaled down here, sealed like an answer, sent when there is a network. Kept as bytes:
// Safari has lost Blobs that it was asked to keep in IndexedDB.
import * as database from './database.js'
import * as keys from './keys.js'

/** @typedef {{ name: string, type: string, bytes: Uint8Array }} Chosen as it came out of the form */
/** @typedef {{ id: string, name: string, bytes: number, sha256: string }} Answer of a question for a file */
/** @typedef {{ at: number, name: string, type: string, sent: string, iv: Uint8Array, body: ArrayBuffer }} Kept `sent`: for whom the server has it */

/** Enough to read a printed page; the server keeps no more. */
const MOST_PIXELS = 9_000_000
/** Of what is kept as it is: a PDF, or a photo that this phone cannot decode. */
export const MOST_BYTES = 12 * 2 ** 20
const UNUSED_MS = 24 * 3600 * 1000

/** Smaller where this phone can; else as it is. @param {Chosen} chosen @returns {Promise<Chosen>} */
export const scaled = async (chosen) => {
  const { OffscreenCanvas, createImageBitmap } = /** @type {any} */ (globalThis)
  if (!OffscreenCanvas || !createImageBitmap || !chosen.type.startsWith('image/')) return chosen
  try {
    const picture = await createImageBitmap(new Blob([/** @type {any} */ (chosen.bytes)], { type: chosen.type }), { imageOrientation: 'from-image' })
    const by = Math.min(1, Math.sqrt(MOST_PIXELS / (picture.width * picture.height)))
    const canvas = new OffscreenCanvas(Math.max(1, Math.round(picture.width * by)), Math.max(1, Math.round(picture.height * by)))
    const drawing = canvas.getContext('2d')
    if (!drawing) return chosen
    drawing.fillStyle = '#fff' // what is transparent would come out black
    drawing.fillRect(0, 0, canvas.width, canvas.height)
    drawing.drawImage(picture, 0, 0, canvas.width, canvas.height)
    picture.close()
    const smaller = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.85 })).arrayBuffer())
    return smaller.length < chosen.bytes.length ? { name: chosen.name.replace(/\.[a-z]+$/i, '') + '.jpg', type: 'image/jpeg', bytes: smaller } : chosen
  } catch {
    return chosen // HEIC on most phones: the server can open it
  }
}

/** The name of its record. @param {keys.Keys} own @param {string} id */
const nameOf = async (own, id) => `photo-${await keys.nameOf(own, 'photo', id)}`

/** @param {keys.Keys} own @param {Chosen} chosen @param {string} [id] @returns {Promise<{ answer: Answer, write: database.Write }>} to be written with the draft, all or nothing */
export const made = async (own, chosen, id = keys.newId()) => {
  const key = await nameOf(own, id)
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', /** @type {any} */ (chosen.bytes)))
  const name = chosen.name.slice(-100) || 'photo'
  const sealed = await keys.sealBytes(own, 'kept', key, chosen.bytes)
  const told = await keys.seal(own, 'kept', `${key}/name`, { name, type: chosen.type })
  const record = { at: Date.now(), sent: '', told, ...sealed }
  return { answer: { id, name, bytes: chosen.bytes.length, sha256: keys.hex(hash) }, write: ['kept', key, record] }
}

/** @param {keys.Keys} own @param {string} id @returns {Promise<(Chosen & { sent: string }) | null>} null: not on this phone */
export const get = async (own, id) => {
  const key = await nameOf(own, id)
  const record = await database.get('kept', key)
  if (!record) return null
  const told = await keys.unseal(own, 'kept', `${key}/name`, record.told)
  return { ...told, sent: record.sent, bytes: new Uint8Array(await keys.unsealBytes(own, 'kept', key, record)) }
}

/** The server has it. @param {keys.Keys} own @param {string} id @param {string} owner */
export const noteSent = async (own, id, owner) => {
  const key = await nameOf(own, id)
  const record = await database.get('kept', key)
  if (record) await database.write([['kept', key, { ...record, sent: `for ${owner}` }]])
}

/** Every file among these answers, with the step it answers. @param {any} answers @returns {{ id: string, question: string, row: string }[]} */
export const among = (answers) => Object.entries(answers || {}).flatMap(([question, value]) =>
  Array.isArray(value) ? value.flatMap((row) => among(row?.answers).map((one) => ({ ...one, row: row.id })))
    : value && typeof value === 'object' && 'sha256' in value ? [{ id: value.id, question, row: '' }] : [])

/** What no draft and no item names any more; not at once, for a deletion can be undone. @param {keys.Keys} own @param {string[]} used ids */
export const tidy = async (own, used) => {
  const needed = await Promise.all(used.map((id) => nameOf(own, id)))
  const gone = (await database.all('kept')).filter(([key, { at }]) => key.startsWith('photo-') && !needed.includes(key) && Date.now() - at > UNUSED_MS)
  if (gone.length) await database.write(gone.map(([key]) => ['kept', key]))
}

/** Received with its submission. @param {keys.Keys} own @param {any} answers @returns {Promise<database.Write[]>} */
export const removals = async (own, answers) => Promise.all(among(answers).map(async ({ id }) => /** @type {database.Write} */ (['kept', await nameOf(own, id)])))
