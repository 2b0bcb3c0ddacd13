// Workers as the browser makes them: each life loads the worker's files anew, over the same storage. What the server
// compiles for a phone (templates, plurals) stands in as empty modules.
import { register } from 'node:module'

const HOOKS = `
  const MADE = { './templates.js': 'export const templates = {}', './plurals.js': 'export const plurals = {}', './words.js': 'export const words = ' + JSON.stringify({
    da: { dir: 'ltr', news: 'Der er nyt til dig.', unsent: 'Noget er ikke sendt.', done: 'Gjort', tomorrow: 'I morgen' },
    ar: { dir: 'rtl', news: 'جديد', unsent: 'لم يُرسل', done: 'تم', tomorrow: 'غدًا' },
  }) }
  export const resolve = async (name, context, next) => {
    if (MADE[name]) return { url: 'data:text/javascript,' + encodeURIComponent(MADE[name]), shortCircuit: true }
    const found = await next(name, context)
    const life = new URL(context.parentURL || 'file:///').search
    return life && name.startsWith('.') ? { ...found, url: found.url + life } : found
  }`
register('data:text/javascript,' + encodeURIComponent(HOOKS))

let count = 0

/** Modules of one new worker; those they import are its own too. @param {...string} files */
export const born = async (...files) => {
  const life = `?${++count}/w/ours/`
  return Promise.all(files.map((file) => import(`../../pwa/worker/${file}${life}`)))
}

/** One `ifAvailable` lock for each name, as all workers of a phone share it. */
export const locks = () => {
  const held = new Set()
  return {
    request: async (name, { ifAvailable }, then) => {
      if (!ifAvailable) throw new Error('not needed so far')
      if (held.has(name)) return then(null)
      held.add(name)
      try {
        return await then({ name })
      } finally {
        held.delete(name)
      }
    },
  }
}
