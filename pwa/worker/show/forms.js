// Forms as they come in. Never request.formData(): WebKit has lost bodies that way.
import { parse } from '../domain/answers.js'

/** @typedef {import('../keep/photos.js').Chosen} Chosen */
/** @typedef {{ fields: [string, string][], said: Map<string, string>, file: Chosen | null, photo: Chosen | null }} Form `photo`: a file was chosen and is to be kept as the answer of its question */

/** Whatever leaves a question with what stands in it: Continue, another language, whose phone it is. */
const LEFT_WITH = /^(continue|lang|own)(:|$)/

/** @param {Request} request @returns {Promise<Form>} */
export const read = async (request) => {
  const [, boundary] = /boundary="?([^";]+)/.exec(request.headers.get('content-type') || '') || []
  const { fields, file } = boundary ? multipart(new Uint8Array(await request.arrayBuffer()), boundary) : { fields: parse(await request.text()), file: null }
  const said = new Map(fields)
  return { fields, said, file, photo: LEFT_WITH.test(said.get('do') || '') ? file : null }
}

/** One sign a byte, so that places in the text are places in the bytes. @param {Uint8Array} bytes */
const latin = (bytes) => {
  let text = ''
  for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768))
  return text
}

/** @param {Uint8Array} bytes @param {string} boundary @returns {{ fields: [string, string][], file: Chosen | null }} */
export const multipart = (bytes, boundary) => {
  const [text, mark, utf8] = [latin(bytes), `--${boundary}`, new TextDecoder()]
  /** @type {[string, string][]} */
  const fields = []
  /** @type {Chosen | null} */
  let file = null
  for (let from = text.indexOf(mark); from >= 0;) {
    const next = text.indexOf(mark, from + mark.length)
    const body = text.indexOf('\r\n\r\n', from) + 4
    if (next < 0 || body < 4 || body > next) break
    const head = utf8.decode(bytes.subarray(from, body))
    const value = bytes.subarray(body, Math.max(body, next - 2))
    const [, name] = /[ ;]name="([^"]*)"/.exec(head) || []
    const [, chosen] = /filename="([^"]*)"/.exec(head) || []
    if (chosen) file ||= { name: chosen, type: /content-type: *([\w.+/-]+)/i.exec(head)?.[1] || '', bytes: value }
    else if (name !== undefined && chosen === undefined) fields.push([name, utf8.decode(value)])
    from = next
  }
  return { fields, file }
}

/** @param {Form} form @returns {string} the generation the page was made for; '' if it names none */
export const idOf = ({ said }) => (/^[0-9a-f]{32}$/.test(said.get('draft') || '') ? /** @type {string} */ (said.get('draft')) : '')
