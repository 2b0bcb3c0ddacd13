// One long-lived renderer for the parity test: a line of JSON in, a line of JSON out.
//   {"bundles": {lang: bundle}}                          first, once
//   {"page", "context", "lang"}                        → {"html"} or {"error"}
//   {"call": "tn", "lang", "args": […]}                → {"html"} or {"error"}
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'

const folder = pathToFileURL(process.argv[2] + '/')
const { templates } = await import(new URL('templates.js', folder))
const { make } = await import(new URL('runtime.js', folder))
const globals = {}

const answer = ({ bundles, page, context, lang, call, args }) => {
  if (bundles) {
    for (const [code, bundle] of Object.entries(bundles)) globals[code] = make(bundle)
    return {}
  }
  try {
    if (page) return { html: templates[page](context, globals[lang]) }
    const made = globals[lang][call](...args)
    return { html: made && made.s !== undefined ? made.s : String(made) }
  } catch (error) {
    return { error: `${error.name}: ${error.message}` }
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(JSON.stringify(answer(JSON.parse(line))) + '\n')
}
