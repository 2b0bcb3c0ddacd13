// A language's content as it travels → as pages use it. The twin of `backend/web/rendering/packing.py`.

/** How long a mark is. */
const MARK = 8
/** The headers that every answer of the server carries: they came with the bundle. */
const EVERYWHERE = /policy$|^(strict|x-content|reporting)/

/** What a sentence is found by where its English does not travel: FNV-1a of its UTF-8. The twin of `mark` in `i18n/catalogue.py`. @param {string} sentence */
export const mark = (sentence) => {
  let found = 0x811c9dc5
  for (const byte of new TextEncoder().encode(sentence)) found = Math.imul(found ^ byte, 0x01000193)
  return (found >>> 0).toString(16).padStart(8, '0')
}

/** @param {any} body @param {Headers} reply its headers */
export const unpacked = ({ said, marks, services, public: pages, messages, headers, ...rest }, reply) => {
  const names = said.map((/** @type {any} */ text, /** @type {number} */ i) => (marks ? marks.substr(i * MARK, MARK) : text))
  let met = 0
  const put = (/** @type {any} */ value) => JSON.parse(JSON.stringify(value), (_, v) => {
    if (typeof v !== 'number' || v % 1 === 0) return v
    return names[v < 1 ? met++ : v - 1.5]
  })
  return {
    ...rest,
    services: Object.fromEntries(put(services).map((/** @type {any} */ one) => [one.id, { ...one, items: items(one) }])),
    public: put(pages),
    messages: { ...messages, said: marks ? Object.fromEntries(names.map((/** @type {string} */ name, /** @type {number} */ i) => [name, said[i]])) : {} },
    headers: { ...Object.fromEntries([...reply].filter(([name]) => EVERYWHERE.test(name))), ...headers },
    old: {},
  }
}

/** Questions and endings in the order of the file. @param {any} service @returns {string[]} */
const items = ({ questions, endings, items: spots }) => {
  const found = questions.map((/** @type {any} */ { id }) => `q:${id}`)
  spots.forEach((/** @type {number} */ spot, /** @type {number} */ i) => found.splice(spot + i, 0, `e:${endings[i].id}`))
  return found
}
