// Pairs of modules in ({name: [text, text]}), whether each pair is one program out ({name: true | false}).
const { parse } = require('internal/deps/acorn/acorn/dist/acorn')
const { readFileSync } = require('node:fs')

const tree = (text) => JSON.stringify(parse(text, { ecmaVersion: 'latest', sourceType: 'module' }), (key, value) =>
  ['start', 'end', 'raw'].includes(key) ? undefined : value)

const pairs = Object.entries(JSON.parse(readFileSync(0, 'utf8')))
process.stdout.write(JSON.stringify(Object.fromEntries(pairs.map(([name, [one, other]]) => [name, tree(one) === tree(other)]))))
