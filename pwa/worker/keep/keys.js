// The key of this phone. 256 bits made here, that script can use but not read; gone at sign-out. Everything that is
// one person's is sealed under it, each record bound to its place, and filed under names that tell nothing.
import * as database from './database.js'

/** @typedef {{ seal: CryptoKey, name: CryptoKey }} Keys */
/** @typedef {{ iv: Uint8Array, body: ArrayBuffer }} Sealed */

/** A record that this phone's key does not open any more. */
export class Unreadable extends Error {}

/** @returns {Promise<Keys | undefined>} none: this phone keeps nothing personal */
export const found = () => database.get('keys', 'device')

/** @returns {Promise<Keys>} */
export const make = async () => {
  const keys = {
    seal: await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']),
    name: await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign']),
  }
  // Two windows may say "my own phone" at once: the first key stays, or what it sealed would be lost.
  const first = await database.write([['keys', 'device', { seq: 1, ...keys }]], { store: 'keys', key: 'device', seq: 0 })
  return first ? keys : database.get('keys', 'device')
}

const bytes = (/** @type {string} */ text) => new TextEncoder().encode(text)

/** The opaque name of a record. @param {Keys} keys @param {...string} parts */
export const nameOf = async (keys, ...parts) => hex(new Uint8Array(await crypto.subtle.sign('HMAC', keys.name, bytes(JSON.stringify(parts)))).slice(0, 16))

/** @param {Keys} keys @param {string} store @param {string} key @param {any} value @returns {Promise<Sealed>} */
export const seal = (keys, store, key, value) => sealBytes(keys, store, key, bytes(JSON.stringify(value)))

/** @param {Keys} keys @param {string} store @param {string} key @param {Uint8Array} value @returns {Promise<Sealed>} */
export const sealBytes = async (keys, store, key, value) => {
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const additionalData = bytes(`${store}/${key}`)
  return { iv, body: await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData }, keys.seal, /** @type {any} */ (value)) }
}

/** @param {Keys} keys @param {string} store @param {string} key @param {any} sealed @returns {Promise<any>} */
export const unseal = async (keys, store, key, sealed) => JSON.parse(new TextDecoder().decode(await unsealBytes(keys, store, key, sealed)))

/** @param {Keys} keys @param {string} store @param {string} key @param {any} sealed @returns {Promise<ArrayBuffer>} */
export const unsealBytes = async (keys, store, key, sealed) => {
  const additionalData = bytes(`${store}/${key}`)
  try {
    return await crypto.subtle.decrypt({ name: 'AES-GCM', iv: sealed.iv, additionalData }, keys.seal, sealed.body)
  } catch (error) {
    throw new Unreadable(String(error))
  }
}

/** A new id, 128 bits: Safari 15.0 to 15.3 has no randomUUID. */
export const newId = () => hex(crypto.getRandomValues(new Uint8Array(16)))

export const hex = (/** @type {Uint8Array} */ of) => [...of].map((b) => b.toString(16).padStart(2, '0')).join('')
