// A worker's life ends at any moment, and for a while two of them are awake: what lies on the phone stays one thing.
import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { born, locks } from './lives.mjs'
import * as double from './indexeddb.mjs'

const KEY = 'a'.repeat(32)
const AT = { lang: 'da', path: 'services/rats/check', here: 'services/rats/check', kind: 'check', service: 'rats', step: 'check', row: '', key: '' }
const SERVICE = { id: 'rats', title: 'Rats', version: 1, sign_in: 'never', questions: [] }
const set = (name, value) => Object.defineProperty(globalThis, name, { value, configurable: true, writable: true })
const soon = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

const asked = []
const answers = { rows: new Set(), drafts: null, lost: false, bundle: null }

set('fetch', async (path, { method, body } = {}) => {
  const json = (status, said) => new Response(JSON.stringify(said), { status, headers: { 'content-type': 'application/json' } })
  asked.push(`${method} ${path}`)
  await soon(5)
  if (path.startsWith('/api/content/')) return json(200, answers.bundle)
  if (path.startsWith('/api/submissions/')) {
    const key = path.split(/[/?]/)[3]
    const isNew = !answers.rows.has(key)
    answers.rows.add(key)
    return json(isNew ? 201 : 200, { receipt: { key, number: 'M 1' } })
  }
  const said = JSON.parse(body)
  if (said.revision !== (answers.drafts?.revision || 0)) return json(409, { theirs: answers.drafts })
  answers.drafts = { ...said, service: 'rats', revision: said.revision + 1, facts: {} }
  if (answers.lost) throw new TypeError('reply lost')
  return json(200, { revision: answers.drafts.revision })
})

beforeEach(() => {
  double.install()
  asked.length = 0
  Object.assign(answers, { rows: new Set(), drafts: null, lost: false, bundle: null })
  set('location', { origin: 'https://town.example' })
  set('registration', { updated: 0, async update() { this.updated += 1 } })
  set('navigator', { locks: locks() })
  set('caches', { has: async () => true })
})

/** Her own phone, with a draft on it. */
const begun = async () => {
  const [drafts, keys, phone, database, outbox, submissions] = await born('keep/drafts.js', 'keep/keys.js', 'keep/phone.js', 'keep/database.js', 'send/outbox.js', 'send/submissions.js')
  await phone.change((was) => ({ ...was, own: 'yes' }))
  const own = await keys.make()
  const local = await drafts.begin(own, '', { ...drafts.fresh('rats', 1, 'da', {}, KEY), answers: { where: 'home' } })
  await drafts.keep(own, local)
  const journey = { own, who: await phone.state(), service: SERVICE, newest: SERVICE, today: '2026-11-24', walked: { kept: { where: 'home' } }, local: { ...local, seq: 1 }, held: {} }
  return { drafts, keys, phone, database, outbox, submissions, own, journey }
}

const lying = async () => {
  const [database] = await born('keep/database.js')
  return Object.fromEntries(await Promise.all(['drafts', 'outbox', 'receipts'].map(async (store) => [store, (await database.all(store)).length])))
}

test('a worker that dies after any write of sending leaves exactly one of draft, item and receipt', async () => {
  const ends = []
  for (let writes = 0; writes < 5; writes++) {
    double.install()
    answers.rows.clear()
    set('navigator', { locks: locks() })
    const { submissions, journey } = await begun()
    double.faults.left = writes
    let over = false
    submissions.send({ waitUntil() {} }, journey, AT).then(() => { over = true }, () => { over = true })
    for (let waits = 0; waits < 2000 && !over && double.faults.left >= 0; waits++) await soon(5) // sent, or dead: a write was refused
    double.faults.left = Infinity
    const { drafts, outbox, receipts } = await lying()
    assert.equal(drafts + outbox + receipts, 1, `after ${writes} writes: ${JSON.stringify({ drafts, outbox, receipts })}`)
    ends.push(drafts ? 'draft' : outbox ? 'item' : 'receipt')
    if (!outbox) continue
    set('navigator', { locks: locks() })
    const [next] = await born('send/outbox.js')
    await next.flush()
    assert.deepEqual([await lying(), answers.rows.size], [{ drafts: 0, outbox: 0, receipts: 1 }, 1])
  }
  assert.deepEqual([...new Set(ends)], ['draft', 'item', 'receipt'], 'each of the three moments was met')
})

test('the old worker and the new one, both awake, send an item once', async () => {
  const { keys, database, outbox, own } = await begun()
  await database.write([['outbox', KEY, await outbox.made(own, '', KEY, { submission: { service: 'rats' } })]])
  const [other] = await born('send/outbox.js')
  await Promise.all([outbox.flush(), other.flush()])
  assert.deepEqual([asked.length, await lying()], [1, { drafts: 1, outbox: 0, receipts: 1 }])
})

test('a save whose reply is lost is not met again as what another device wrote', async () => {
  const { drafts, phone, own } = await begun()
  const write = async (answer) => drafts.change(own, await phone.state(), 'rats', (now) => ({ ...now, dirty: 1, draft: { ...now.draft, answers: { ...now.draft.answers, ...answer } } }))
  await write({ what: 'seen' })
  answers.lost = true
  assert.equal(await drafts.sync('rats'), false)
  answers.lost = false
  await write({ when: 'today' })
  assert.equal(await drafts.sync('rats'), true)
  const local = await drafts.find(own, await phone.state(), 'rats')
  assert.deepEqual([local.theirs, answers.drafts.answers], [null, { where: 'home', what: 'seen', when: 'today' }])
})

test('content made for another release is not taken, and that release is asked for', async () => {
  const bundle = { content: 'c', globals: {}, said: [], marks: '', services: [], public: [], messages: {}, headers: {} }
  const [content, database] = await born('show/content.js', 'keep/database.js')
  answers.bundle = { ...bundle, code: 'theirs' }
  await content.refresh('da')
  assert.deepEqual([await database.all('content'), registration.updated], [[], 1])
  answers.bundle = { ...bundle, code: 'ours' }
  await content.refresh('da')
  assert.deepEqual([(await database.all('content')).map(([key]) => key), registration.updated], [['ours/da'], 1])
})
