// The content of one language under one version: services, words, tables, headers, public pages. A bundle is used only
// by the worker it was made for (`code`), and changes in one transaction or not at all.
import { ask } from '../send/network.js'
import { unpacked } from './packing.js'
import * as phone from '../keep/phone.js'
import { make } from './runtime.js'
import * as search from './search.js'
import * as database from '../keep/database.js'
import { templates } from './templates.js'
import { withOld } from '../keep/versions.js'

/** Hash of our own modules and templates: the folder this module was served from, /w/<code>/. */
export const CODE = /\/w\/([^/]+)\//.exec(import.meta.url)?.[1] || ''
const ASSETS = 'assets-'

/** @typedef {{ bundle: any, globals: any }} Content */

/** @type {Map<string, Promise<Content | null>>} read once while this worker lives; only `refresh` changes it */
const read = new Map()

/** @param {string} lang @returns {Promise<Content | null>} null: this phone does not have that language */
export const content = (lang) => {
  let found = read.get(lang)
  if (!found) {
    found = database.get('content', `${CODE}/${lang}`).then((bundle) => (bundle ? { bundle, globals: make(bundle) } : null))
    read.set(lang, found)
    found.then((it) => it || read.delete(lang), () => read.delete(lang))
  }
  return found
}

/** In that language, or in the one this phone was last read in. @param {string} lang */
export const anyContent = async (lang) => (await content(lang)) || content((await phone.state()).lang)

/** Throws where a name is missing: then the server's page is shown instead. @param {Content} of @param {any} context @returns {string} */
export const render = ({ globals }, context) => String(templates[context.page](context, globals))

/** Fetch a language's content, if it is another than ours or ours is missing. @param {string} lang @param {string} [newest] */
export const refresh = async (lang, newest) => {
  const held = await content(lang)
  if (held && (!newest || held.bundle.content === newest)) return
  const { reply, body, ok } = await ask(`/api/content/${lang}`, { ms: 60000 })
  if (!ok || !body) return
  if (CODE && body.code !== CODE) {
    // Another release: its own worker brings its own content.
    await /** @type {any} */ (globalThis).registration?.update()
    return
  }
  const fresh = unpacked(body, reply.headers)
  const bundle = held ? withOld(fresh, held.bundle) : fresh
  await keepAssets(bundle)
  await database.write([['content', `${CODE}/${lang}`, bundle]])
  read.delete(lang)
}

/** What a page needs to look and work as it should. */
const WORN = ['css', 'boot', 'aloud', 'passkey', 'subscribe', 'icon']

/** @param {any} bundle */
const keepAssets = async ({ content: version, assets }) => {
  const name = ASSETS + version
  if (await caches.has(name)) return
  const cache = await caches.open(name)
  await Promise.all(WORN.map(async (name) => {
    const address = assets[name]
    const reply = await fetch(address)
    if (reply.ok) await cache.put(address, reply)
  }))
}

/** What this phone needs to answer without a network, in the languages it is read in. */
export const fill = async () => {
  const { langs } = await phone.state()
  const open = await /** @type {any} */ (globalThis).clients.matchAll({ type: 'window', includeUncontrolled: true })
  const shown = open.map((/** @type {{ url: string }} */ { url }) => new URL(url).pathname.split('/')[1])
  const wanted = [...new Set([...shown, ...langs])].filter((lang) => /^[a-z]{2,3}(-[a-z]+)?$/.test(lang))
  await Promise.all(wanted.map(async (lang) => {
    await refresh(lang)
    await search.refresh(lang, (await content(lang))?.bundle.content || '').catch(() => {})
  }))
}

/** Content and files of releases that no page is made with any more. */
export const tidy = async () => {
  const all = await database.all('content')
  const ours = all.filter(([key]) => key.startsWith(`${CODE}/`))
  const gone = all.filter(([key]) => !key.startsWith(`${CODE}/`))
  if (gone.length) await database.write(gone.map(([key]) => ['content', key]))
  const needed = ours.map(([, bundle]) => ASSETS + bundle.content)
  for (const name of await caches.keys()) {
    if (name.startsWith(ASSETS) && !needed.includes(name)) await caches.delete(name)
  }
}

/** A stylesheet, script or icon of ours: its name holds its hash, so what is kept is right. @param {Request} request */
export const asset = async (request) => (await caches.match(request)) || fetch(request)
