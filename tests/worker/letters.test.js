// Her letters on her own phone: fetched ahead, read without a network, and told of as read when there is one.
import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import * as double from './indexeddb.mjs'
import * as contexts from '../../pwa/worker/keep/contexts.js'
import * as database from '../../pwa/worker/keep/database.js'
import * as keys from '../../pwa/worker/keep/keys.js'
import * as letters from '../../pwa/worker/keep/letters.js'
import * as phone from '../../pwa/worker/keep/phone.js'

const id = (n) => String(n).padStart(32, '0')
const ids = (n) => Array.from({ length: n }, (_, at) => id(n - at))

/** `opened`: what the authority has heard of. */
const server = { ids: [], owner: 'inger', broken: [], missing: [], asked: [], opened: [], lost: '', during: null, todo: [] }

globalThis.fetch = async (path, { method }) => {
  server.asked.push(`${method} ${path}`)
  const json = (status, said) => new Response(said === null ? null : JSON.stringify(said), { status, headers: said === null ? {} : { 'content-type': 'application/json' } })
  if (server.lost === 'request') throw new TypeError('no network')
  const frame = { owner: server.owner }
  if (path.endsWith('/mine')) return json(200, { page: 'mine', keep: 'phone', here: 'mine', frame, todo: server.todo, may: [] })
  if (path.includes('/mine/cases/')) return json(200, { page: 'case', keep: 'phone', frame, tasks: server.todo })
  const [, told] = /^\/api\/letters\/(\w+)\/opened$/.exec(path) || []
  if (told) {
    if (!server.ids.includes(told)) return json(404, {})
    server.opened.push(told)
    if (server.lost === 'reply') throw new TypeError('reply lost')
    return json(204, null)
  }
  const rows = server.ids.map((one) => ({ id: one, is_broken: server.broken.includes(one) ? 1 : 0, unread: server.opened.includes(one) ? 0 : 1 }))
  if (path.endsWith('/post')) return json(200, { page: 'post', keep: 'phone', here: 'post', frame, letters: rows, unread: rows.length })
  const one = path.split('/')[3]
  await server.during?.(one)
  if (server.missing.includes(one)) return json(500, {})
  return json(200, { page: 'letter', keep: 'phone', here: `post/${one}`, frame, id: one, opened: 0, told: '', text: { title: `Secret ${one}` } })
}

double.install()

beforeEach(async () => {
  await database.wipe()
  Object.assign(server, { ids: ids(3), owner: 'inger', broken: [], missing: [], asked: [], opened: [], lost: '', during: null, todo: [] })
  await phone.change((was) => ({ ...was, own: 'yes', owner: 'inger', signed: 1, left: 0, lang: 'da' }))
  await keys.make()
})

const kept = async (one) => (await contexts.find(await keys.found(), 'inger', `post/${one}`))?.context.text.title

test('the newest letters are fetched before she asks, each once, and none of them is opened by it', async () => {
  await letters.fill()
  assert.deepEqual(server.asked, ['GET /da/post', ...server.ids.map((one) => `GET /da/post/${one}`), 'GET /da/mine'])
  assert.equal(await kept(id(2)), `Secret ${id(2)}`)
  server.ids = ids(4)
  await letters.fill()
  assert.equal(server.asked.length, 5, 'looked into a moment ago')
  await letters.fill({ now: true })
  assert.deepEqual(server.asked.slice(5), ['GET /da/post', `GET /da/post/${id(4)}`, 'GET /da/mine'])
  assert.deepEqual(server.opened, [])
})

test('a case in which a paper is missing is fetched too, anew each time: what is missing changes', async () => {
  server.todo = [{ path: 'mine/cases/k1', act: 'mine/cases/k1/paper?task=a' }, { path: 'mine/cases/k1', act: 'mine/cases/k1/paper?task=b' }, { path: 'mine/cases/k2', act: '' }]
  for (let times = 0; times < 2; times++) await letters.fill({ now: true })
  assert.deepEqual(server.asked.filter((one) => one.includes('cases')), ['GET /da/mine/cases/k1', 'GET /da/mine/cases/k1'])
  assert.equal((await contexts.find(await keys.found(), 'inger', 'mine/cases/k1')).context.tasks.length, 3)
})

test('one that fails, or is damaged here or there, costs only itself', async () => {
  Object.assign(server, { missing: [id(3)], broken: [id(2)] })
  await letters.fill()
  assert.deepEqual([await kept(id(3)), await kept(id(2)), await kept(id(1))], [undefined, undefined, `Secret ${id(1)}`])
  const [[name, record]] = (await database.all('kept')).filter(([, one]) => one.letter)
  await database.write([['kept', name, { ...record, iv: new Uint8Array(12) }]])
  assert.equal(await kept(id(1)), undefined)
  Object.assign(server, { missing: [], broken: [] })
  await letters.fill({ now: true })
  assert.deepEqual([await kept(id(3)), await kept(id(2)), await kept(id(1))], server.ids.map((one) => `Secret ${one}`))
})

test("nothing is kept of another's, on a phone that others use, or once she has signed out", async () => {
  server.owner = 'omar'
  await letters.fill()
  assert.deepEqual(await database.all('kept'), [])
  await phone.change((was) => ({ ...was, own: 'no' }))
  await letters.fill({ now: true })
  assert.deepEqual(server.asked, ['GET /da/post', 'GET /da/mine'])
  Object.assign(server, { owner: 'inger', during: () => database.wipe() })
  await phone.change((was) => ({ ...was, own: 'yes' }))
  await letters.fill({ now: true })
  assert.deepEqual(await database.all('kept'), [])
})

test('a letter on its way while she signs out is not written behind her back', async () => {
  const own = await keys.found()
  await database.wipe()
  await contexts.keep(own, 'inger', `post/${id(1)}`, { keep: 'phone' })
  assert.deepEqual(await database.all('kept'), [])
})

test('beyond the most bytes the letter kept longest ago goes first, and nothing else', async () => {
  await letters.fill()
  const of = async () => (await database.all('kept')).filter(([, one]) => one.letter)
  const [size] = (await of()).map(([, { body }]) => body.byteLength)
  for (const [at, [name, one]] of (await of()).entries()) await database.write([['kept', name, { ...one, letter: at + 1 }]])
  const newest = (await of()).find(([, one]) => one.letter === 3)[0]
  await contexts.tidy(size * 1.5)
  assert.deepEqual((await of()).map(([name]) => name), [newest])
  assert.ok(await contexts.find(await keys.found(), 'inger', 'post'), 'the list itself stays')
})

test('a letter is one page, whatever was said above it', async () => {
  const own = await keys.found()
  await contexts.keep(own, 'inger', `post/${id(1)}?told=sent`, { text: { title: 'A' }, told: 'sent' })
  assert.deepEqual((await contexts.find(own, 'inger', `post/${id(1)}`)).context, { text: { title: 'A' }, told: '' })
  assert.equal(await contexts.find(own, 'inger', `post/${id(2)}`), null)
})

test('what she read without a network is told when there is one: once, and again where the reply was lost', async () => {
  server.lost = 'request'
  for (const one of [id(1), id(2), id(1)]) await letters.read('inger', one)
  assert.equal(await letters.tell(), false)
  server.lost = 'reply'
  await letters.tell()
  assert.deepEqual(server.opened, [id(1)])
  server.lost = ''
  assert.equal(await letters.tell(), true)
  assert.equal(await letters.tell(), false)
  assert.deepEqual(server.opened, [id(1), id(1), id(2)])
})

test('a letter that was taken back is not told of for ever', async () => {
  server.lost = 'request'
  for (const one of [id(9), id(1)]) await letters.read('inger', one)
  server.lost = ''
  assert.equal(await letters.tell(), true)
  assert.deepEqual([server.opened, await letters.tell()], [[id(1)], false])
})

test('what one person read is never told as what another read', async () => {
  server.lost = 'request'
  await letters.read('inger', id(1))
  await phone.change((was) => ({ ...was, owner: 'omar' }))
  server.lost = ''
  await letters.tell()
  assert.deepEqual(server.opened, [])
})

test('where nothing may be kept, it is told at once', async () => {
  await phone.change((was) => ({ ...was, own: 'no' }))
  await letters.read('inger', id(1))
  assert.deepEqual(server.opened, [id(1)])
  await phone.change((was) => ({ ...was, own: 'yes' }))
  double.faults.full = true
  await letters.read('inger', id(2))
  double.faults.full = false
  assert.deepEqual(server.opened, [id(1), id(2)])
})

test('until it is told, the mailbox as it was kept does not call it unread', async () => {
  await letters.fill()
  server.lost = 'request'
  await letters.read('inger', id(2))
  const { context } = await contexts.find(await keys.found(), 'inger', 'post')
  const shown = await letters.asRead(context)
  assert.deepEqual([shown.letters.map((one) => one.unread), shown.unread], [[1, 0, 1], 2])
  assert.deepEqual([(await letters.asRead({ page: 'letter', id: id(2), opened: 0 })).opened, (await letters.asRead({ page: 'home' })).page], [1, 'home'])
})
