// The mark of a sentence, the same here as on the server (`tests/i18n/test_catalogue.py` runs these cases too).
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { mark } from '../../pwa/worker/show/packing.js'

const { cases } = JSON.parse(readFileSync(new URL('../cases/marks.json', import.meta.url), 'utf8'))

for (const each of cases) test(`the mark ${each.mark}`, () => assert.equal(mark(each.text), each.mark))
