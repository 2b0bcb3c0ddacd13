// A simulated server and a simulated week, over the worker's own files.
import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import * as double from './indexeddb.mjs'
import * as drafts from '../../pwa/worker/keep/drafts.js'
import * as keys from '../../pwa/worker/keep/keys.js'
import * as outbox from '../../pwa/worker/send/outbox.js'
import * as phone from '../../pwa/worker/keep/phone.js'
import * as database from '../../pwa/worker/keep/database.js'

const ROUNDS = process.env.MEDBORGER_NIGHTLY ? 10_000 : 500
const random = ((seed) => () => (seed = (seed * 48271) % 2147483647) / 2147483647)(20261124)

/** The server: rows by key, drafts by service with a revision, and a line that loses requests and replies. */
const server = { rows: new Map(), drafts: new Map(), attempts: 0, number: 0, lost: 0, signed: '', slots: 0 }

const answer = (status, body, headers = {}) => ({
  status, ok: status < 300, json: async () => structuredClone(body), headers: new Headers({ 'content-type': 'application/json', ...headers }),
})

/** Rows are per person, and what needs sign-in is nobody's: so that a key received as two people's would be two rows. */
const receive = (id, body, owner) => {
  const key = owner ? `${id} ${owner}` : id
  const kept = server.rows.get(key)
  if (kept) return kept.body === body ? answer(200, kept.receipt) : answer(422, { code: 'key-reused' })
  if (JSON.parse(body).service === 'sick-pay' && !owner) return answer(401, { code: 'sign-in-needed' })
  const receipt = { receipt: { key: id, number: `M ${++server.number}`, received_at: 'now', jws: 'x' }, say: '' }
  server.rows.set(key, { body, receipt, owner })
  return answer(201, receipt)
}

const save = (service, said) => {
  const held = server.drafts.get(service)
  const seen = held ? said.revision === held.revision && (said.replaces || said.id) === held.id : said.revision === 0
  if (!seen) return answer(409, { theirs: held || null })
  server.drafts.set(service, { ...said, service, revision: said.revision + 1, facts: {}, updated_at: '' })
  return answer(200, { id: said.id, revision: said.revision + 1, updated_at: '' })
}

globalThis.fetch = async (path, { method, body, headers }) => {
  if (random() < server.lost / 2) throw new TypeError('no network')
  server.attempts += 1
  const [, , what, id] = path.split(/[/?]/)
  const owner = headers['Medborger-Owner']
  const reply = path.endsWith('?firm=1') && server.slots === 0 ? answer(409, { code: 'slot-taken' })
    : owner !== undefined && owner !== server.signed && (owner || what !== 'submissions') ? answer(401, { code: 'sign-in-needed' })
    : what === 'submissions' && method !== 'PUT' ? (server.rows.has(id) ? answer(200, server.rows.get(id).receipt) : answer(404, { code: 'not-found' }))
    : what === 'submissions' ? receive(id, body, owner)
    : method === 'PUT' ? save(id, JSON.parse(body)) : answer(200, server.drafts.get(id) || {})
  if (random() < server.lost / 2) throw new TypeError('reply lost')
  return reply
}

/** The next request arrives, and its reply does not. */
const loseReply = () => {
  const line = globalThis.fetch
  globalThis.fetch = async (...how) => {
    globalThis.fetch = line
    await line(...how)
    throw new TypeError('reply lost')
  }
}

double.install()

beforeEach(async () => {
  double.faults.full = false
  await database.wipe()
  Object.assign(server, { rows: new Map(), drafts: new Map(), attempts: 0, lost: 0, signed: '', slots: 1 })
  await phone.change((was) => ({ ...was, own: 'yes', owner: '', signed: 0 }))
  await keys.make()
})

const queue = async (key, owner = '', service = 'rats') => {
  const own = await keys.found()
  await database.write([['outbox', key, await outbox.made(own, owner, key, { submission: { service, answers: { key } } })]])
}

test('forty flushes at once are one attempt and one row', async () => {
  await queue('a')
  await Promise.all(Array.from({ length: 40 }, () => outbox.flush()))
  assert.deepEqual([server.rows.size, server.attempts, await outbox.count()], [1, 1, 0])
})

test('a week of lost requests and lost replies ends in one submission each, with its first receipt', async () => {
  const clock = Date.now
  let at = clock()
  Date.now = () => at
  try {
    server.lost = 0.3
    const wanted = []
    for (let hour = 0; hour < 7 * 24; hour++) {
      at += 3_600_000
      if (hour % 8 === 0) {
        wanted.push(`k${hour}`)
        await queue(`k${hour}`)
      }
      await Promise.all([outbox.flush(), outbox.flush()])
    }
    server.lost = 0
    at += 3_600_000
    await outbox.flush()
    assert.deepEqual([...server.rows.keys()].sort(), wanted.sort())
    assert.equal(await outbox.count(), 0)
    const own = await keys.found()
    for (const [key, sealed] of await database.all('receipts')) {
      assert.deepEqual((await keys.unseal(own, 'receipts', key, sealed)).said, server.rows.get(key).receipt)
    }
  } finally {
    Date.now = clock
  }
})

test("a second person's session never takes the first one's item", async () => {
  await phone.change((was) => ({ ...was, owner: 'inger', signed: 1 }))
  await queue('a', 'inger')
  server.signed = 'omar'
  await outbox.flush()
  assert.deepEqual([server.rows.size, (await outbox.list())[0].state], [0, 'sign-in'])
  await phone.change((was) => ({ ...was, owner: 'omar', signed: 1 }))
  await outbox.flush()
  assert.deepEqual([server.rows.size, await outbox.count(), (await database.all('outbox')).length], [0, 0, 1])
})

test('a refused item stays, is told, and is not sent again', async () => {
  await queue('a')
  server.rows.set('a', { body: 'other', receipt: {} })
  await outbox.flush()
  await outbox.flush()
  const [item] = await outbox.list()
  assert.deepEqual([item.state, item.reason, server.attempts], ['failed', 'key-reused', 1])
})

test('a full disk keeps the item and its key', async () => {
  await queue('a')
  double.faults.full = true
  await outbox.flush()
  double.faults.full = false
  assert.equal(await outbox.count(), 1)
  await outbox.flush()
  assert.deepEqual([server.rows.size, await outbox.count()], [1, 0])
})

test('a write that finds no room is an error, never silence', async () => {
  double.faults.full = true
  await assert.rejects(database.write([['drafts', 'x', { seq: 1 }]]), database.NotKept)
})

test('what lies on the phone shows no text and no name, and opens only in its own place', async () => {
  const own = await keys.found()
  await drafts.keep(own, await drafts.begin(own, '', drafts.fresh('sick-pay', 1, 'da', { name: 'Inger Holm' })))
  const [[name, record]] = await database.all('drafts')
  assert.match(name, /^[0-9a-f]{32}$/)
  assert.ok(!Buffer.from(record.body).includes('Inger') && !JSON.stringify([name, Object.keys(record)]).includes('sick'))
  await assert.rejects(keys.unseal(own, 'drafts', 'elsewhere', record), keys.Unreadable)
  await assert.rejects(keys.unseal(own, 'kept', name, record), keys.Unreadable)
  assert.equal(own.seal.extractable || own.name.extractable, false)
})

test('signing out leaves nothing of the person', async () => {
  await queue('a')
  await database.wipe()
  assert.equal(double.databases.has(database.OWN), false)
  for (const store of ['keys', 'kept', 'drafts', 'outbox', 'receipts']) assert.deepEqual(await database.all(store), [])
})

test('of two windows that write at once, the slower is told and writes nothing', async () => {
  const own = await keys.found()
  const local = await drafts.begin(own, '', drafts.fresh('rats', 1, 'da', {}))
  const kept = await Promise.all(['home', 'street'].map((where) => drafts.keep(own, { ...local, draft: { ...local.draft, answers: { where } } })))
  assert.deepEqual(kept, [true, false])
  const held = await drafts.find(own, await phone.state(), 'rats')
  assert.deepEqual(held.draft.answers, { where: 'home' })
})

test('what is written while the server is being told goes to it next', async () => {
  const own = await keys.found()
  const who = await phone.state()
  await drafts.keep(own, { ...(await drafts.begin(own, '', drafts.fresh('rats', 1, 'da', {}))), dirty: 1 })
  const line = globalThis.fetch
  globalThis.fetch = async (...how) => {
    globalThis.fetch = line
    const reply = await line(...how)
    await drafts.change(own, who, 'rats', (now) => ({ ...now, draft: { ...now.draft, answers: { where: 'late' } } }))
    return reply
  }
  assert.equal(await drafts.sync('rats'), true)
  assert.deepEqual(server.drafts.get('rats').answers, { where: 'late' })
})

test('a guest who signs in keeps what she wrote and what waits', async () => {
  const own = await keys.found()
  const guest = await drafts.begin(own, '', { ...drafts.fresh('rats', 1, 'da', {}), answers: { where: 'home' } })
  await drafts.keep(own, guest)
  await queue('a')
  await database.write([['outbox', 'a', { ...(await database.get('outbox', 'a')), state: 'sign-in' }]])
  await drafts.handOver(own, 'inger')
  const who = await phone.change((was) => ({ ...was, owner: 'inger', signed: 1 }))
  const hers = await drafts.find(own, who, 'rats')
  assert.deepEqual([hers.owner, hers.draft.answers, hers.draft.id], ['inger', { where: 'home' }, guest.draft.id])
  assert.deepEqual([(await outbox.list())[0].owner, (await outbox.list())[0].state, (await database.all('drafts')).length], ['inger', 'queued', 1])
})

test('two devices and one draft, at random: every answer is in what is held, or was offered and not chosen', async () => {
  // This phone against another device that saves straight to the server, over a line that loses a third.
  const own = await keys.found()
  const who = await phone.state()
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name] of await database.all('drafts')) await database.write([['drafts', name]])
    server.drafts.clear()
    const given = new Set()
    const alive = () => [server.drafts.get('rats'), local?.draft, local?.theirs].filter(Boolean).flatMap((d) => Object.values(d.answers))
    let local = await drafts.begin(own, '', drafts.fresh('rats', 1, 'da', {}))
    await drafts.keep(own, local)
    for (let turn = 0; turn < 6; turn++) {
      server.lost = 0.3
      const mark = `${round}.${turn}`
      if (random() < 0.5) {
        await drafts.change(own, who, 'rats', (now) => ({ ...now, dirty: 1, draft: { ...now.draft, answers: { ...now.draft.answers, [`q${turn}`]: mark } } }))
        given.add(mark)
        await drafts.sync('rats')
      } else {
        const held = server.drafts.get('rats')
        save('rats', { id: held?.id || 'f'.repeat(32), version: 1, revision: held?.revision || 0, answers: { ...held?.answers, [`q${turn}`]: mark }, raw: {}, lang: 'da' })
        given.add(mark)
      }
      local = await drafts.find(own, who, 'rats')
      for (const one of given) assert.ok(alive().includes(one), `round ${round}: ${one} was lost`)
      if (local.theirs && random() < 0.5) {
        const pick = random() < 0.5 ? 'mine' : 'theirs'
        const seen = [...Object.values(local.draft.answers), ...Object.values(local.theirs.answers)]
        local = await drafts.change(own, who, 'rats', (now) => drafts.chosen(now, pick))
        // What she saw and did not choose may go; what she never saw may not.
        for (const one of seen) if (!Object.values(local.draft.answers).includes(one)) given.delete(one)
      }
    }
  }
})

test('a desk time taken meanwhile is asked about while she looks on, and else is sent as a wish', async () => {
  const own = await keys.found()
  const firm = (key) => outbox.made(own, '', key, { submission: { service: 'passport', answers: { key } } }, 1)
  server.slots = 0
  outbox.lookedOn.add('a')
  await database.write([['outbox', 'a', await firm('a')]])
  await outbox.flush()
  const [item] = await outbox.list()
  assert.deepEqual([item.state, item.reason, server.rows.size], ['failed', 'slot-taken', 0])
  outbox.lookedOn.delete('a')
  await database.write([['outbox', 'a'], ['outbox', 'b', await firm('b')]])
  await outbox.flush()
  assert.deepEqual([await outbox.count(), [...server.rows.keys()]], [0, ['b']])
})

// Whose it is, once it has left

const signIn = async (owner) => {
  server.signed = owner
  const own = await keys.found()
  await drafts.handOver(own, owner)
  await phone.change((was) => ({ ...was, owner, signed: 1 }))
}

test("a guest's item whose reply was lost stays a guest's when she signs in, and is one case", async () => {
  await queue('a')
  loseReply()
  await outbox.flush()
  assert.deepEqual([server.rows.size, (await outbox.list())[0].tries], [1, 0], 'received, and nobody here knows')
  await signIn('inger')
  const [item] = await outbox.list()
  assert.equal(item.owner, '')
  await outbox.flush()
  assert.deepEqual([[...server.rows.values()].map((row) => row.owner), await outbox.count()], [[''], 0])
})

test("a guest's item that never left is hers when she signs in", async () => {
  await queue('a')
  await signIn('inger')
  await outbox.flush()
  assert.deepEqual([...server.rows.values()].map((row) => row.owner), ['inger'])
})

test('a guest who must sign in to send is asked, and then it is sent as hers', async () => {
  await queue('a', '', 'sick-pay')
  await outbox.flush()
  const { unsure, signed } = await phone.state()
  assert.deepEqual([(await outbox.list())[0].state, unsure, signed], ['sign-in', 1, 0])
  await signIn('inger')
  await outbox.flush()
  assert.deepEqual([...server.rows.values()].map((row) => row.owner), ['inger'])
})

test('what leaves at the very moment somebody signs in does not change hands', async () => {
  await queue('a')
  await Promise.all([outbox.flush(), signIn('inger')])
  await outbox.flush()
  assert.equal(server.rows.size, 1)
})

test('what is deleted while it is on its way does not come back', async () => {
  await queue('a')
  const line = globalThis.fetch
  globalThis.fetch = async () => {
    globalThis.fetch = line
    await database.write([['outbox', 'a']])
    return answer(503, {})
  }
  await outbox.flush()
  assert.deepEqual(await database.all('outbox'), [])
})

test('what may have arrived is asked about before it is thrown away or written anew', async () => {
  await queue('a')
  loseReply()
  await outbox.flush()
  const [item] = await outbox.list()
  assert.equal(await outbox.whetherReceived(item), 'received')
  assert.deepEqual([await outbox.count(), (await database.all('receipts')).map(([key]) => key)], [0, ['a']])
  await queue('b')
  const [never] = await outbox.list()
  assert.equal(await outbox.whetherReceived(never), 'not')
  server.lost = 2
  assert.equal(await outbox.whetherReceived({ ...never, left: 1 }), 'unknown')
  server.lost = 0
  assert.equal(await outbox.whetherReceived({ ...never, left: 1 }), 'not')
})

test('sign-in, sign-out, two windows, lost requests and replies, in any order: each key is one row, and whose it was first', async () => {
  for (let round = 0; round < ROUNDS / 10; round++) {
    server.rows.clear()
    await Promise.all((await database.all('outbox')).map(([key]) => database.write([['outbox', key]])))
    server.lost = 0.6
    const pressed = new Set()
    const acts = [
      () => signIn(['inger', 'omar'][Math.floor(random() * 2)]),
      () => { server.signed = '' },
      () => outbox.flush(),
      () => Promise.all([outbox.flush(), signIn('inger'), outbox.flush()]),
      async () => {
        const key = `${round}.${pressed.size}`
        pressed.add(key)
        await queue(key, drafts.writer(await phone.state()), random() < 0.3 ? 'sick-pay' : 'rats')
      },
    ]
    const first = new Map()
    for (let step = 0; step < 12; step++) {
      await acts[Math.floor(random() * acts.length)]()
      for (const [key, { owner }] of server.rows) {
        const id = key.split(' ')[0]
        if (!first.has(id)) first.set(id, owner)
        assert.equal(first.get(id), owner, `round ${round}: ${id} was received as two people's`)
      }
      const due = (await database.all('outbox')).map(([key, item]) => ['outbox', key, { ...item, due: 0, seq: item.seq + 1 }])
      if (due.length) await database.write(due)
    }
    server.lost = 0
  }
})
