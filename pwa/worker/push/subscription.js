// Whether this phone still takes messages, held against what the server knows. A subscription dies without a word, and one
// that the server believes alive is worse than none: so it is compared whenever the app is opened, and repaired in silence.
import * as phone from '../keep/phone.js'
import { ask } from '../send/network.js'
import { change, forget, memory } from './memory.js'

/** @typedef {import('./memory.js').Wanted} Wanted */

const OFTEN_MS = 12 * 3600 * 1000
const ADDRESS = '/api/push/subscriptions'

/** @returns {PushManager | undefined} */
const manager = () => /** @type {any} */ (globalThis).registration?.pushManager

/** A page has subscribed on her tap. @param {Omit<Wanted, 'at'>} wanted */
export const remember = (wanted) => change((was) => ({ ...was, wanted: { ...wanted, at: Date.now() } }))

/** Compare, and repair. Never throws. @param {{ now?: boolean }} [how] `now`: the browser says that something changed */
export const check = async ({ now = false } = {}) => {
  try {
    const who = await phone.state()
    const held = await manager()?.getSubscription()
    if (who.own !== 'yes') return held && who.own === 'no' ? off() : undefined
    const { wanted } = await memory()
    if (!wanted || (who.owner && who.owner !== wanted.owner)) return undefined
    if (!now && held && wanted.mark === markOf(held, who.lang) && Date.now() - wanted.at < OFTEN_MS) return undefined
    return await compare(wanted, held || null, who.lang)
  } catch {
    return undefined // no network, or not allowed any more: the next opening tries again, and meanwhile the server's own try fails
  }
}

/** @param {Wanted} wanted @param {PushSubscription | null} held @param {string} lang @param {boolean} [last] @returns {Promise<void>} */
const compare = async (wanted, held, lang, last = false) => {
  const live = held && keyOf(held) === wanted.key ? held : await anew(held, wanted.key)
  const { status, body } = await ask(ADDRESS, { method: 'POST', owner: wanted.owner, json: { ...spelled(live), key: keyOf(live), id: wanted.id, lang } })
  if (status === 410) return off() // she took this phone off the list on another one
  if (status !== 200 && status !== 201) return
  await remember({ ...wanted, id: body.id, mark: markOf(live, lang) })
  // The server signs with a newer key now, and the old one goes once nobody is left on it.
  if (body.key && body.key !== wanted.key && !last) await compare({ ...wanted, id: body.id, key: body.key }, live, lang, true)
}

/** @param {PushSubscription | null} held @param {string} key @returns {Promise<PushSubscription>} */
const anew = async (held, key) => {
  await held?.unsubscribe()
  return /** @type {PushManager} */ (manager()).subscribe({ userVisibleOnly: true, applicationServerKey: key })
}

/**
 * No more messages here: the server first, while it knows who asks, then the push service. Without a network the second
 * alone is enough, for then the push service tells the server. Never throws.
 */
export const off = async () => {
  try {
    const { wanted } = await memory()
    const held = await manager()?.getSubscription()
    if (held) {
      await ask(ADDRESS, { method: 'DELETE', owner: wanted?.owner, json: { endpoint: held.endpoint }, ms: 3000 }).catch(() => {})
      await held.unsubscribe()
    }
    await forget()
  } catch {} // storage or push shut off: nothing is held here
}

/** @param {PushSubscription} of @param {string} lang */
const markOf = (of, lang) => `${lang} ${of.endpoint}`

/** @param {PushSubscription} of */
const keyOf = (of) => text(of.options?.applicationServerKey)

/** As the server takes it. @param {PushSubscription} of */
const spelled = (of) => ({ endpoint: of.endpoint, keys: { p256dh: text(of.getKey('p256dh')), auth: text(of.getKey('auth')) } })

/** base64url without "=". @param {ArrayBuffer | null | undefined} of */
const text = (of) => btoa(String.fromCharCode(...new Uint8Array(of || new ArrayBuffer(0)))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
