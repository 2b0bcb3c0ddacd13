// The first heading may be an h2: what has to be mended is told above the question (E2). p1 asks for the one h1.
// Reads {name: html} as JSON from the standard input, writes a list of mistakes. (The tool's own command wants Node 22.)
import { readFileSync } from 'node:fs'
import { HtmlValidate } from 'html-validate'

const validator = new HtmlValidate(JSON.parse(readFileSync(new URL('html-validate.json', import.meta.url), 'utf8')))
const mistakes = []
for (const [name, html] of Object.entries(JSON.parse(readFileSync(0, 'utf8')))) {
  const report = await validator.validateString(html, name)
  for (const result of report.results) {
    for (const one of result.messages) mistakes.push(`${name}:${one.line}: ${one.ruleId}: ${one.message}`)
  }
}
process.stdout.write(JSON.stringify(mistakes))
