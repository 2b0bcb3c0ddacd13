import assert from 'node:assert/strict'
import { test } from 'node:test'
import { definition, withOld } from '../../pwa/worker/keep/versions.js'

const bundle = (version, said, old) => ({ services: { rats: { id: 'rats', version } }, messages: { said }, ...(old ? { old } : {}) })

test('a draft finds the version it was begun under', () => {
  const now = withOld(bundle(3, { c: 'C' }), withOld(bundle(2, { b: 'B' }), bundle(1, { a: 'A' })))
  assert.deepEqual([1, 2, 3].map((v) => definition(now, 'rats', v).version), [1, 2, 3])
  assert.deepEqual(now.messages.said, { a: 'A', b: 'B', c: 'C' })
  assert.equal(definition(now, 'rats', 4), undefined)
  assert.equal(definition(now, 'rats').version, 3)
})

test('new words under the same versions keep nothing old', () => {
  const now = withOld(bundle(1, { a: 'A2' }), bundle(1, { a: 'A', gone: 'x' }))
  assert.deepEqual([now.old, now.messages.said], [{}, { a: 'A2' }])
})
