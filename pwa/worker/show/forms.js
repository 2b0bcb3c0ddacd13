// Forms as they come in. Never request.formData(): WebKit has lost bodies that way.
import { parse } from '../domain/answers.js'

/** @typedef {{ fields: [string, string][], said: Map<string, string>, photo: boolean }} Form `photo`: a file was chosen and is to be sent */

/** Of a form with a file only the small fields are read here. @param {Request} request @returns {Promise<Form>} */
export const read = async (request) => {
  const text = await request.text()
  const [, boundary] = /boundary="?([^";]+)/.exec(request.headers.get('content-type') || '') || []
  const { fields, file } = boundary ? multipart(text, boundary) : { fields: parse(text), file: false }
  const said = new Map(fields)
  return { fields, said, photo: file && said.get('do') === 'continue' }
}

/** @param {string} text @param {string} boundary @returns {{ fields: [string, string][], file: boolean }} */
export const multipart = (text, boundary) => {
  /** @type {[string, string][]} */
  const fields = []
  let file = false
  for (const part of text.split(`--${boundary}`)) {
    const [head, ...rest] = part.split('\r\n\r\n')
    const [, name] = /[ ;]name="([^"]*)"/.exec(head) || []
    if (name === undefined) continue
    if (/filename="/.test(head)) file ||= !/filename=""/.test(head)
    else fields.push([name, rest.join('\r\n\r\n').replace(/\r\n$/, '')])
  }
  return { fields, file }
}

/** @param {Form} form @returns {string} the generation the page was made for; '' if it names none */
export const idOf = ({ said }) => (/^[0-9a-f]{32}$/.test(said.get('draft') || '') ? /** @type {string} */ (said.get('draft')) : '')
