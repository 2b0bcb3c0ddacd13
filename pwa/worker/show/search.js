// Searching the services without a network: by an index that is fetched after everything else, as nobody waits for it.
import { find } from '../domain/search.js'
import * as database from '../keep/database.js'
import { ask } from '../send/network.js'

/** As long as the server takes. */
const QUERY_MOST = 200

/** @param {string} lang */
const name = (lang) => `search/${lang}`

/** Fetched again when the content is another. @param {string} lang @param {string} content its version */
export const refresh = async (lang, content) => {
  const held = await database.get('pages', name(lang))
  if (!content || held?.content === content) return
  const { body, ok } = await ask(`/api/search/${lang}`, { ms: 60000 })
  if (ok && body) await database.write([['pages', name(lang), { content, index: body }]])
}

/** The list of services as this phone kept it, with what fits the words in the address. @param {import('../routes.js').Place} at @param {any} context */
export const searched = async (at, context) => {
  const asked = new URLSearchParams(at.here.split('?')[1] || '').get('q') || ''
  const query = [...asked].slice(0, QUERY_MOST).join('').trim()
  const held = query ? await database.get('pages', name(at.lang)) : null
  if (!held) return { ...context, query }
  const rows = new Map(context.themes.flatMap((/** @type {any} */ theme) => theme.services).map((/** @type {any} */ row) => [row.id, row]))
  return { ...context, query, searched: 1, found: find(held.index, query).map((id) => rows.get(id)).filter(Boolean) }
}
