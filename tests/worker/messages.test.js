// What she writes without a network: one write on the phone, one message at the authority, and never another person's.
import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { born, locks } from './lives.mjs'
import * as double from './indexeddb.mjs'

const set = (name, value) => Object.defineProperty(globalThis, name, { value, configurable: true, writable: true })
const KEY = 'a'.repeat(32)
const LETTER = 'c'.repeat(32)
const WRITE = { lang: 'da', path: 'post/write', here: 'post/write', kind: 'write', service: '', step: '', row: '', key: '', back: '' }
const PAPER = { ...WRITE, kind: 'paper', path: 'mine/cases/k1/paper', here: 'mine/cases/k1/paper?task=t1' }
const QUESTION = { ...WRITE, kind: 'question', path: 'mine/cases/k1/question', here: 'mine/cases/k1/question' }

/** `rows`: what was received, by key; `refuse`: [status, code]; `lost`: 'request', 'reply'. */
const server = { rows: new Map(), files: new Set(), asked: [], refuse: null, lost: 'request', signed: 'inger', closed: false }

set('fetch', async (path, { method, body, headers = {} } = {}) => {
  if (server.lost === 'request') throw new TypeError('no network')
  server.asked.push(`${method} ${path}`)
  const json = (status, said) => new Response(JSON.stringify(said), { status, headers: { 'content-type': 'application/json' } })
  const reply = () => {
    if (headers['Medborger-Owner'] !== server.signed) return json(401, { code: 'sign-in-needed' })
    const id = path.split('/').at(-1)
    if (path.startsWith('/api/files/')) return server.files.add(id) && json(201, { id })
    if (server.refuse) return json(server.refuse[0], { code: server.refuse[1] })
    if (server.closed) return json(200, { outcome: 'closed', received_at: '' })
    const was = server.rows.get(id)
    if (was && was !== body) return json(422, { code: 'key-reused' })
    server.rows.set(id, body)
    return json(was ? 200 : 201, path.startsWith('/api/cases/') ? { outcome: 'done', received_at: 'then' } : { received_at: 'then', path: `post/${LETTER}` })
  }
  const said = reply()
  if (server.lost === 'reply') throw new TypeError('reply lost')
  return said
})

const drawn = []
const bundle = { language: { code: 'da' }, messages: {}, formats: {}, services: { rats: { id: 'rats', title: 'Rats' } }, frame: {}, headers: {}, public: [] }

beforeEach(() => {
  double.install()
  drawn.length = 0
  Object.assign(server, { rows: new Map(), files: new Set(), asked: [], refuse: null, lost: 'request', signed: 'inger', closed: false })
  set('location', { origin: 'https://town.example' })
  set('registration', {})
  set('navigator', { locks: locks() })
})

/** Hers, with a letter that may be answered and a case in which a paper is missing. */
const opened = async (more = {}) => {
  const [messages, contexts, database, keys, phone, outbox, content] = await born(
    'show/messages.js', 'keep/contexts.js', 'keep/database.js', 'keep/keys.js', 'keep/phone.js', 'send/outbox.js', 'show/content.js')
  await phone.change((was) => ({ ...was, own: 'yes', owner: 'inger', signed: 1, ...more }))
  const own = await keys.make()
  const [{ templates }] = await born('show/templates.js').catch(() => [{}])
  await database.write([['content', 'ours/da', bundle]])
  await contexts.keep(own, 'inger', `post/${LETTER}`, { id: LETTER, text: { title: 'A slip is missing' }, reply: { may: 'yes', by: '2030-01-01', about: 'rats' } })
  const task = { id: 't1', act: 'x', say: 'Photo', text: '', lang: '', by: '', name: '' }
  await contexts.keep(own, 'inger', 'mine/cases/k1', { id: 'k1', number: 'M 1', title: 'Rats', about: '', icon: '', tasks: [task] })
  return { messages, database, keys, phone, outbox, own, content, templates }
}

const event = () => ({ waitUntil() {} })
const form = (fields) => new Request('https://town.example/', { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams(fields).toString() })
const upload = (fields, bytes, file = 'photo') => {
  const body = new FormData()
  for (const [name, value] of Object.entries(fields)) body.append(name, value)
  body.append(file, new Blob([bytes], { type: 'application/pdf' }), 'slip.pdf')
  return new Request('https://town.example/', { method: 'POST', body })
}
const answer = (text, more = {}) => ({ letter: LETTER, about: '', case: '', key: KEY, owner: 'inger', text, do: 'send', ...more })
const where = (response) => new URL(response.headers.get('location')).pathname + new URL(response.headers.get('location')).search
const items = async (of) => (await of.database.all('outbox')).map(([, one]) => one)

test('an answer written without a network waits sealed, and arrives once when there is one, under the key of its form', async () => {
  const of = await opened()
  assert.equal(where(await of.messages.send(event(), WRITE, form(answer('I come on Tuesday')))), `/da/post/unsent?key=${KEY}`)
  const [item] = await items(of)
  assert.deepEqual([item.key, item.owner, item.state], [KEY, 'inger', 'queued'])
  assert.ok(!Buffer.from(item.body).includes('Tuesday') && !JSON.stringify(Object.keys(item)).includes('letter'))
  server.lost = ''
  await of.outbox.flush()
  await of.outbox.flush()
  assert.deepEqual([server.asked, await items(of)], [[`PUT /api/messages/${KEY}`], []])
  assert.deepEqual(JSON.parse(server.rows.get(KEY)), { letter: LETTER, about: '', case: '', text: 'I come on Tuesday', lang: 'da', files: [] })
  assert.equal(where(await of.messages.unsent({ ...WRITE, kind: 'unsent', key: KEY })), `/da/post/${LETTER}`)
})

test('sent twice, by a double tap or by Back, it is one message; with the network at hand the page follows at once', async () => {
  const of = await opened()
  server.lost = ''
  const replies = await Promise.all([1, 2].map(() => of.messages.send(event(), WRITE, form(answer('Yes')))))
  replies.push(await of.messages.send(event(), WRITE, form(answer('Yes'))))
  assert.deepEqual([server.rows.size, await items(of)], [1, []])
  assert.ok(replies.map(where).every((path) => [`/da/post/${LETTER}?told=sent`, `/da/post/unsent?key=${KEY}`].includes(path)))
  assert.equal(where(replies[2]), `/da/post/${LETTER}?told=sent`)
})

test('changed before it left it takes the place of the first; changed after that, it is another message', async () => {
  const of = await opened()
  set('navigator', { locks: locks(), onLine: false })
  for (const text of ['First', 'Second']) await of.messages.send(event(), WRITE, form(answer(text)))
  assert.equal((await items(of)).length, 1)
  server.lost = ''
  await of.outbox.flush()
  assert.deepEqual([...server.rows.values()].map((one) => JSON.parse(one).text), ['Second'])
  await of.messages.send(event(), WRITE, form(answer('Third')))
  await of.messages.send(event(), WRITE, form(answer('Third')))
  assert.deepEqual([...server.rows.values()].map((one) => JSON.parse(one).text), ['Second', 'Third'])
})

test('a lost reply is asked for again and is one message; what may have arrived is not replaced', async () => {
  const of = await opened()
  server.lost = 'reply'
  await of.messages.send(event(), WRITE, form(answer('Yes')))
  assert.deepEqual([server.rows.size, (await items(of)).length], [1, 1])
  server.lost = 'request'
  await of.messages.send(event(), WRITE, form(answer('No')))
  assert.equal((await items(of)).length, 2)
  server.lost = ''
  for (const [key, one] of await of.database.all('outbox')) await of.database.write([['outbox', key, { ...one, due: 0 }]])
  await of.outbox.flush()
  assert.deepEqual([[...server.rows.values()].map((one) => JSON.parse(one).text), await items(of)], [['Yes', 'No'], []])
})

test('a worker that dies after any write leaves the message once: on the phone or at the authority', async () => {
  for (let writes = 0; writes < 5; writes++) {
    double.install()
    Object.assign(server, { rows: new Map(), lost: '' })
    set('navigator', { locks: locks() })
    const of = await opened()
    double.faults.left = writes
    let over = false
    of.messages.send(event(), WRITE, form(answer('Yes'))).then(() => { over = true }, () => { over = true })
    for (let waits = 0; waits < 400 && !over && double.faults.left >= 0; waits++) await new Promise((resolve) => setTimeout(resolve, 2))
    double.faults.left = Infinity
    set('navigator', { locks: locks() })
    const [next] = await born('send/outbox.js')
    const waits = (await next.list()).length
    await next.flush()
    assert.deepEqual([server.rows.size, await next.count()], [waits || server.rows.size ? 1 : 0, 0], `after ${writes} writes`)
    assert.ok(writes === 0 || server.rows.size === 1)
  }
})

test("another person who signed in never sends it, and her form is the server's to keep", async () => {
  const of = await opened()
  await of.messages.send(event(), WRITE, form(answer('Yes')))
  await of.phone.change((was) => ({ ...was, owner: 'omar' }))
  Object.assign(server, { lost: '', signed: 'omar' })
  await of.outbox.flush()
  assert.deepEqual([server.rows.size, (await items(of)).length, await of.outbox.count()], [0, 1, 0])
  assert.equal(await of.messages.send(event(), WRITE, form(answer('Yes'))), null)
})

test('on a phone that others use, and before anyone signed in, the server answers', async () => {
  for (const more of [{ own: 'no' }, { owner: '' }]) {
    const of = await opened(more)
    assert.equal(await of.messages.send(event(), WRITE, form(answer('Yes'))), null)
    assert.deepEqual(await items(of), [])
  }
})

test('an answer that comes after the last day is told in a word, keeps its text and is not tried again', async () => {
  const of = await opened()
  Object.assign(server, { lost: '', refuse: [422, 'reply-closed'] })
  await of.messages.send(event(), WRITE, form(answer('Too late')))
  await of.outbox.flush()
  const [item] = await items(of)
  assert.deepEqual([item.state, item.reason, server.asked.length], ['failed', 'reply-closed', 1])
  assert.equal((await of.keys.unseal(of.own, 'outbox', KEY, item)).post.text, 'Too late')
  server.refuse = null
  await of.messages.send(event(), WRITE, form(answer('Too late', { letter: '', about: 'rats' })))
  assert.deepEqual([[...server.rows.values()].map((one) => JSON.parse(one).about), await items(of)], [['rats'], []])
})

test('a photo waits with its message and goes before it; sent twice it is one photo', async () => {
  const of = await opened()
  for (let taps = 0; taps < 2; taps++) await of.messages.send(event(), WRITE, upload(answer('Here'), 'a slip'))
  const photos = (await of.database.all('kept')).filter(([name]) => name.startsWith('photo-'))
  assert.deepEqual([(await items(of)).length, photos.length], [1, 1])
  server.lost = ''
  await of.outbox.flush()
  const [file] = server.files
  assert.deepEqual([server.asked, JSON.parse(server.rows.get(KEY)).files], [[`PUT /api/files/${file}`, `PUT /api/messages/${KEY}`], [file]])
  assert.equal((await of.database.all('kept')).filter(([name]) => name.startsWith('photo-')).length, 0)
})

test('a missing paper waits, goes ahead as a file under the key of its form, and is then put where it is asked for', async () => {
  const of = await opened()
  assert.equal(where(await of.messages.send(event(), PAPER, upload({ key: KEY }, 'a lease', 'paper'))), `/da/post/unsent?key=${KEY}`)
  server.lost = ''
  await of.outbox.flush()
  assert.deepEqual(server.asked, [`PUT /api/files/${KEY}`, `PUT /api/cases/k1/papers/${KEY}`])
  assert.equal(server.rows.get(KEY), 'task=t1')
  assert.equal(where(await of.messages.unsent({ ...WRITE, kind: 'unsent', key: KEY })), '/da/mine/cases/k1')
})

test('once the photo of a paper may have left, another does not take its place', async () => {
  const of = await opened()
  server.lost = 'reply'
  await of.messages.send(event(), PAPER, upload({ key: KEY }, 'the first', 'paper'))
  const [first] = await items(of)
  await of.messages.send(event(), PAPER, upload({ key: KEY }, 'the second', 'paper'))
  const [then] = await items(of)
  assert.deepEqual([first.left, then.sign, server.asked], [1, first.sign, [`PUT /api/files/${KEY}`]])
})

test('a paper that nobody asks for any more is told, not thrown away', async () => {
  const of = await opened()
  await of.messages.send(event(), PAPER, upload({ key: KEY }, 'a lease', 'paper'))
  Object.assign(server, { lost: '', closed: true })
  await of.outbox.flush()
  const [item] = await items(of)
  assert.deepEqual([item.state, item.reason], ['failed', 'paper-closed'])
})

test('a paper she has kept at the authority is chosen there', async () => {
  const of = await opened()
  assert.equal(await of.messages.send(event(), PAPER, form({ kept: 'p1' })), null)
})

test('a question about a case goes under its case', async () => {
  const of = await opened()
  await of.messages.send(event(), QUESTION, form({ key: KEY, text: ' When? \r\nAnd who?' }))
  server.lost = ''
  await of.outbox.flush()
  assert.deepEqual(JSON.parse(server.rows.get(KEY)), { letter: '', about: '', case: 'k1', text: 'When? \nAnd who?', lang: 'da', files: [] })
})

test('deleted, it never leaves, and its photo goes too; what may have arrived is asked for first', async () => {
  const of = await opened()
  const gone = () => of.messages.remove(event(), { ...WRITE, kind: 'unsent', here: `post/unsent?key=${KEY}`, key: KEY }, form({ do: 'delete' }))
  await of.messages.send(event(), WRITE, upload(answer('Here'), 'a slip'))
  assert.equal(where(await gone()), '/da/mine')
  server.lost = ''
  await of.outbox.flush()
  assert.deepEqual([server.rows.size, (await of.database.all('kept')).filter(([name]) => name.startsWith('photo-')).length], [0, 0])
  server.lost = 'reply'
  await of.messages.send(event(), WRITE, form(answer('Yes')))
  server.lost = ''
  for (const [key, one] of await of.database.all('outbox')) await of.database.write([['outbox', key, { ...one, due: 0 }]])
  assert.equal(where(await gone()), `/da/post/unsent?key=${KEY}`)
  assert.equal(server.rows.size, 1)
})
