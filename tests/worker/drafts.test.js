import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonical, chosen, merged } from '../../pwa/worker/keep/drafts.js'

const draft = (more) => ({ id: 'a', service: 'rats', version: 1, revision: 3, answers: { where: 'home' }, raw: {}, facts: { x: 1 }, lang: 'da', updated_at: '', ...more })
const local = (more) => ({ name: 'n', seq: 1, owner: '', draft: draft(), held: 'a', dirty: 0, theirs: null, stale: 0, tried: [], ...more })
const content = ({ id, answers, raw }) => canonical({ id, answers, raw })

test('the order of keys is not content', () => {
  assert.equal(canonical({ b: [{ d: 1, c: 2 }], a: 1 }), canonical({ a: 1, b: [{ c: 2, d: 1 }] }))
})

test("the server's draft wins when it is newer and nothing here is unsaved", () => {
  const theirs = draft({ revision: 4, answers: { where: 'street' } })
  assert.deepEqual(merged(local({ stale: 1 }), theirs).draft, theirs)
})

test('an older draft of the server changes nothing but the facts', () => {
  const after = merged(local({ stale: 1, dirty: 1 }), draft({ revision: 2, answers: {}, facts: { x: 2 } }))
  assert.deepEqual([after.draft.answers, after.draft.revision, after.draft.facts, after.theirs, after.stale], [{ where: 'home' }, 3, { x: 2 }, null, 0])
})

test('two that differ are both kept until one is chosen', () => {
  const theirs = draft({ id: 'b', revision: 5, answers: { where: 'street' } })
  const both = merged(local({ dirty: 1 }), theirs)
  assert.deepEqual([both.draft.answers, both.theirs.answers], [{ where: 'home' }, { where: 'street' }])
  const mine = chosen(both, 'mine')
  assert.deepEqual([mine.draft.answers, mine.draft.revision, mine.held, mine.theirs, mine.dirty], [{ where: 'home' }, 5, 'b', null, 1])
  const other = chosen(both, 'theirs')
  assert.deepEqual([other.draft.id, other.draft.answers, other.draft.revision, other.theirs], ['b', { where: 'street' }, 5, null])
})

test('our own save whose reply was lost does not come back as another device', () => {
  const sent = draft({ answers: { where: 'home', when: 'today' } })
  const after = merged(local({ dirty: 1, draft: draft({ answers: { where: 'home', when: 'today', more: 'yes' } }), tried: [content(sent)] }), { ...sent, revision: 4 })
  assert.deepEqual([after.theirs, after.draft.revision, after.draft.answers.more], [null, 4, 'yes'])
})

test('the same content is no conflict', () => {
  const after = merged(local({ dirty: 1 }), draft({ revision: 9 }))
  assert.deepEqual([after.theirs, after.dirty, after.draft.revision], [null, 0, 9])
})

test('what this very phone wrote on pages of the server goes on without a question', () => {
  const here = draft({ answers: { where: 'home', room: 'loft' } })
  const theirs = draft({ revision: 6, answers: { where: 'home', what: 'seen' } })
  const after = merged(local({ dirty: 1, draft: here, tried: [content(here)] }), theirs, 1)
  assert.deepEqual([after.theirs, after.draft.revision, after.draft.answers], [null, 6, { where: 'home', room: 'loft', what: 'seen' }])
  const since = merged(local({ dirty: 1, draft: here, tried: [] }), theirs, 1)
  assert.deepEqual([since.draft.answers, since.theirs.answers], [here.answers, theirs.answers], 'written after the last try: she chooses')
})
