// What a phone shows for whatever the push service brings, and what it does when a message is pressed.
import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { born } from './lives.mjs'
import * as double from './indexeddb.mjs'

const ORIGIN = 'https://town.example'
const TOKEN = 'A'.repeat(22)
const NEWS = { title: 'Medborger', body: 'Der er nyt til dig.', lang: 'da', dir: 'ltr', tag: 'T1', navigate: `${ORIGIN}/da/n/ab`, data: { id: 'ab', r: TOKEN } }
const set = (name, value) => Object.defineProperty(globalThis, name, { value, configurable: true, writable: true })

const shown = []
const asked = []
const sent = []
const opened = []
let status = 204
let windows = []
let refuse = (options) => false

set('fetch', async (path, { method, body } = {}) => {
  asked.push([method, path, body ? JSON.parse(body) : null])
  if (status === 0) throw new TypeError('no network')
  return new Response(status === 204 ? null : '{}', { status })
})

beforeEach(() => {
  double.install()
  double.faults.full = false
  for (const list of [shown, asked, sent, opened]) list.length = 0
  status = 204
  windows = []
  refuse = () => false
  set('location', { origin: ORIGIN })
  set('navigator', { language: 'da-DK' })
  set('registration', {
    async showNotification(title, options) {
      if (refuse(options)) throw new TypeError('no')
      shown.push({ title, ...options })
    },
  })
  set('clients', {
    matchAll: async ({ includeUncontrolled }) => windows.filter((one) => includeUncontrolled || one.isControlled),
    openWindow: async (url) => opened.push(`new ${url}`),
  })
})

/** A phone with a worker just started. @param {object} state */
const phoneWith = async (state = { own: 'yes', lang: 'da' }) => {
  const [phone, show, click, receipts, memory, outbox, keys, database] = await born(
    'keep/phone.js', 'push/show.js', 'push/click.js', 'push/receipts.js', 'push/memory.js', 'send/outbox.js', 'keep/keys.js', 'keep/database.js')
  await phone.change((was) => ({ ...was, ...state }))
  return { phone, show: show.show, clicked: click.clicked, receipts, memory, outbox, keys, database }
}

const data = (value) => ({ data: { json: () => JSON.parse(typeof value === 'string' ? value : JSON.stringify(value)) } })
const receipts = () => asked.filter(([, path]) => path === '/api/push/seen').map(([, , body]) => `${body.event} ${body.token}`)

const FALLBACK = { title: 'Medborger', body: 'Der er nyt til dig.', lang: 'da', dir: 'ltr' }
const TABLE = {
  'Danish': [data({ notification: NEWS }), { title: 'Medborger', body: 'Der er nyt til dig.', lang: 'da', dir: 'ltr', tag: 'T1' }],
  'Arabic, from the right': [data({ notification: { ...NEWS, title: 'رسالة', body: 'جديد', lang: 'ar', dir: 'rtl' } }), { title: 'رسالة', body: 'جديد', lang: 'ar', dir: 'rtl' }],
  'no data': [{ data: null }, FALLBACK],
  'broken JSON': [data('{"notification": {'), FALLBACK],
  'no JSON at all': [data('"undefined"'), FALLBACK],
  'a list': [data('[]'), FALLBACK],
  'null': [data('null'), FALLBACK],
  'no title': [data({ notification: { body: 'Noget' } }), { ...FALLBACK, body: 'Noget' }],
  'a title that is a number': [data({ notification: { title: 7, body: 7 } }), FALLBACK],
  'no body': [data({ notification: { title: 'Kun det' } }), { title: 'Kun det', body: '' }],
  'a direction nobody knows': [data({ notification: { ...NEWS, dir: 'up' } }), { dir: 'auto' }],
  'a notification that the browser has read': [{ notification: NEWS, appBadge: 3, data: null }, { title: 'Medborger', tag: 'T1' }],
  'a title without end': [data({ notification: { title: 'x'.repeat(5000) } }), { title: 'x'.repeat(300) }],
}

for (const [name, [event, wanted]] of Object.entries(TABLE)) {
  test(`a push with ${name} shows something`, async () => {
    const { show } = await phoneWith()
    await show(event)
    assert.equal(shown.length, 1)
    for (const [key, value] of Object.entries(wanted)) assert.equal(shown[0][key], value, key)
    assert.ok(!JSON.stringify(shown).includes('undefined'))
  })
}

test('the words of a phone that was last read in Arabic are Arabic', async () => {
  const { show } = await phoneWith({ own: 'yes', lang: 'ar' })
  await show({ data: null })
  assert.deepEqual([shown[0].lang, shown[0].dir], ['ar', 'rtl'])
  assert.equal(shown[0].data.to, `${ORIGIN}/ar/mine`)
})

test("a phone that others use never shows what is one person's", async () => {
  for (const own of ['no', 'unasked']) {
    shown.length = 0
    const { show } = await phoneWith({ own, lang: 'da' })
    await show(data({ notification: { ...NEWS, title: 'Pas', body: 'Forny dit pas senest 3. marts' } }))
    assert.deepEqual([shown[0].title, shown[0].body], ['Medborger', 'Der er nyt til dig.'])
  }
})

test('with storage shut off there is still something to see', async () => {
  const { show } = await phoneWith()
  set('indexedDB', { open: () => { throw new Error('shut') } })
  await show(data({ notification: NEWS }))
  assert.deepEqual([shown.length, receipts()], [1, [`shown ${TOKEN}`]])
})

test('an option that the browser refuses does not cost the message', async () => {
  const { show } = await phoneWith()
  refuse = (options) => options.lang === 'da'
  await show(data({ notification: NEWS }))
  assert.deepEqual([shown.length, shown[0].tag, shown[0].data.r], [1, 'T1', TOKEN])
})

test('nothing is told as shown that the browser did not show', async () => {
  const { show } = await phoneWith()
  refuse = () => true
  await show(data({ notification: NEWS }))
  assert.deepEqual(receipts(), [])
})

test('a browser without badges shows the message all the same, one with badges gets the number', async () => {
  const { show } = await phoneWith()
  await show(data({ app_badge: 2, notification: NEWS }))
  const badges = []
  set('navigator', { language: 'da', setAppBadge: async (n) => badges.push(n), clearAppBadge: async () => badges.push('none') })
  await show(data({ app_badge: 2, notification: NEWS }))
  await show(data({ notification: { ...NEWS, app_badge: '0' } }))
  await show(data({ notification: { ...NEWS, app_badge: 'many' } }))
  assert.deepEqual([shown.length, badges], [4, [2, 'none']])
})

test('the same delivery again is shown again, quietly, and told once more only to a server that has not heard it', async () => {
  const { show } = await phoneWith()
  await show(data({ notification: NEWS }))
  await show(data({ notification: NEWS }))
  assert.deepEqual(shown.map(({ silent, tag }) => [silent, tag]), [[false, 'T1'], [true, 'T1']])
})

test('a receipt waits without a network, and leaves with whatever wakes the worker next', async () => {
  const { show, receipts: waiting, memory } = await phoneWith()
  status = 0
  await show(data({ notification: NEWS }))
  assert.deepEqual((await memory.memory()).waiting, [{ event: 'shown', token: TOKEN }])
  status = 503
  await waiting.flush()
  assert.equal((await memory.memory()).waiting.length, 1)
  status = 204
  await waiting.flush()
  assert.deepEqual((await memory.memory()).waiting, [])
  asked.length = 0
  await waiting.flush()
  assert.deepEqual(asked, [])
})

test('a receipt that the server does not know is not told for ever', async () => {
  const { receipts: waiting, memory } = await phoneWith()
  status = 404
  await waiting.tell('shown', TOKEN)
  assert.deepEqual((await memory.memory()).waiting, [])
})

test('what waits on the phone is sent at every push, and said where it stays', async () => {
  const { show, outbox, keys, database } = await phoneWith()
  const own = await keys.make()
  await database.write([['outbox', 'k', await outbox.made(own, '', 'k', { submission: { service: 'rats', answers: {} } })]])
  status = 503
  await show(data({ notification: NEWS }))
  assert.ok(asked.some(([, path]) => path.startsWith('/api/submissions/k')))
  assert.deepEqual(shown.map(({ body, silent, tag }) => [body, silent, tag]), [
    ['Der er nyt til dig.', false, 'T1'], ['Der er nyt til dig. Noget er ikke sendt.', true, 'T1'],
  ])
})

test('the page that waits for a test hears that it was shown', async () => {
  const { show } = await phoneWith()
  windows = [{ isControlled: false, postMessage: (said) => sent.push(said) }]
  await show(data({ notification: NEWS }))
  assert.deepEqual(sent, [{ say: 'shown', id: 'ab' }])
})

const pressed = (more = {}, action = '') => ({
  action, notification: { lang: 'da', closed: false, close() { this.closed = true }, data: { r: TOKEN, to: `${ORIGIN}/da/n/ab` }, ...more },
})
const window = (url, more = {}) => ({ url, isControlled: true, async navigate(to) { opened.push(`here ${to}`); return this }, async focus() { opened.push('front'); return this }, ...more })

test('pressing a message opens its page in a new window, and says so', async () => {
  const { clicked } = await phoneWith()
  const event = pressed()
  await clicked(event)
  assert.deepEqual([opened, receipts(), event.notification.closed], [[`new ${ORIGIN}/da/n/ab`], [`clicked ${TOKEN}`], true])
})

test('an open window comes to the front and then goes there', async () => {
  const { clicked } = await phoneWith()
  windows = [window(`${ORIGIN}/da/`)]
  await clicked(pressed())
  assert.deepEqual(opened, ['front', `here ${ORIGIN}/da/n/ab`])
})

test('a window in which somebody is writing stays as it is', async () => {
  const { clicked } = await phoneWith()
  windows = [window(`${ORIGIN}/da/services/rats/where`)]
  await clicked(pressed())
  assert.deepEqual(opened, [`new ${ORIGIN}/da/n/ab`])
})

test('where the window cannot go there a new one opens', async () => {
  const { clicked } = await phoneWith()
  windows = [window(`${ORIGIN}/da/`, { navigate: async () => { throw new TypeError('gone') } })]
  await clicked(pressed())
  assert.deepEqual(opened, ['front', `new ${ORIGIN}/da/n/ab`])
})

test('where the window was closed meanwhile a new one opens', async () => {
  const { clicked } = await phoneWith()
  const gone = async () => { throw new TypeError('gone') }
  windows = [window(`${ORIGIN}/da/`, { focus: gone, navigate: gone })]
  await clicked(pressed())
  assert.deepEqual(opened, [`new ${ORIGIN}/da/n/ab`])
})

test('a window that may not come to the front goes there all the same', async () => {
  const { clicked } = await phoneWith()
  windows = [window(`${ORIGIN}/da/`, { focus: async () => { throw new TypeError('no press') } })]
  await clicked(pressed())
  assert.deepEqual(opened, [`here ${ORIGIN}/da/n/ab`])
})

test('a message leads to no other site', async () => {
  const { show, clicked } = await phoneWith()
  for (const to of ['https://evil.example/da/n/ab', 'javascript:alert(1)', '//evil.example', '', null, 7]) {
    shown.length = opened.length = 0
    await show(data({ notification: { ...NEWS, navigate: to } }))
    assert.equal(shown[0].data.to, `${ORIGIN}/da/mine`)
    await clicked(pressed({ data: { to } }))
    assert.deepEqual(opened, [`new ${ORIGIN}/da/mine`])
  }
})

test('without a network the page opens all the same and the receipt waits', async () => {
  const { clicked, memory } = await phoneWith()
  status = 0
  await clicked(pressed())
  assert.deepEqual([opened, (await memory.memory()).waiting], [[`new ${ORIGIN}/da/n/ab`], [{ event: 'clicked', token: TOKEN }]])
})

test('a reminder of something to do has its two buttons, which open nothing', async () => {
  const { show, clicked } = await phoneWith()
  await show(data({ notification: { ...NEWS, data: { ...NEWS.data, act: 1 } } }))
  assert.deepEqual(shown[0].actions, [{ action: 'done', title: 'Gjort' }, { action: 'tomorrow', title: 'I morgen' }])
  for (const action of ['done', 'tomorrow']) await clicked(pressed({}, action))
  assert.deepEqual([opened, receipts().slice(1)], [[], [`done ${TOKEN}`, `tomorrow ${TOKEN}`]])
  await show(data({ notification: NEWS }))
  assert.equal(shown[1].actions, undefined)
})

// ---- whether this phone still takes messages ----------------------------------------------------------------------

const KEY = 'BAAA'
const bytes = (text) => new Uint8Array([...atob(text.replace(/-/g, '+').replace(/_/g, '/'))].map((sign) => sign.charCodeAt(0))).buffer
const WANTED = { id: 'p1', owner: 'inger', key: KEY, mark: '', at: 0 }
let held = null
let answers = []

const subscription = (endpoint, key = KEY) => ({
  endpoint, options: { applicationServerKey: bytes(key) }, getKey: (name) => bytes(name === 'auth' ? 'AQID' : 'BAUG'),
  async unsubscribe() { opened.push('unsubscribed'); held = null },
})

/** A phone on which messages were asked for; `told` is what the server answers, one after the other. */
const subscribed = async (state = {}, wanted = WANTED, told = [[200, { id: 'p1', key: KEY }]]) => {
  const [phone, memory, mine] = await born('keep/phone.js', 'push/memory.js', 'push/subscription.js')
  await phone.change((was) => ({ ...was, own: 'yes', owner: 'inger', signed: 1, lang: 'da', ...state }))
  if (wanted) await memory.change((was) => ({ ...was, wanted }))
  answers = told
  set('fetch', async (path, { method, body } = {}) => {
    asked.push([method, path, JSON.parse(body)])
    const [code, said] = answers.length > 1 ? answers.shift() : answers[0]
    if (!code) throw new TypeError('no network')
    return new Response(code === 204 ? null : JSON.stringify(said), { status: code, headers: { 'content-type': 'application/json' } })
  })
  set('registration', { pushManager: {
    getSubscription: async () => held,
    subscribe: async ({ applicationServerKey }) => { opened.push(`subscribed ${applicationServerKey}`); return (held = subscription('https://push.example/new', applicationServerKey)) },
  } })
  return { memory, mine }
}

test('at an opening the subscription is told to the server, and then not again for half a day', async () => {
  held = subscription('https://push.example/1')
  const { memory, mine } = await subscribed()
  await mine.check()
  assert.deepEqual(asked, [['POST', '/api/push/subscriptions', { endpoint: 'https://push.example/1', keys: { p256dh: 'BAUG', auth: 'AQID' }, key: KEY, id: 'p1', lang: 'da' }]])
  await mine.check()
  assert.equal(asked.length, 1)
  await mine.check({ now: true })
  assert.equal(asked.length, 2)
  assert.equal((await memory.memory()).wanted.mark, 'da https://push.example/1')
})

test('a subscription that the browser dropped is made anew, and the server hears of it', async () => {
  held = null
  const { mine } = await subscribed({}, { ...WANTED, mark: 'da https://push.example/1', at: Date.now() })
  await mine.check()
  assert.deepEqual([opened, asked[0][2].endpoint], [[`subscribed ${KEY}`], 'https://push.example/new'])
})

test('a subscription bound to another key is made anew', async () => {
  held = subscription('https://push.example/1', 'BBBB')
  const { mine } = await subscribed()
  await mine.check()
  assert.deepEqual(opened, ['unsubscribed', `subscribed ${KEY}`])
})

test('a newer key of the server is taken over', async () => {
  held = subscription('https://push.example/1')
  const { memory, mine } = await subscribed({}, WANTED, [[200, { id: 'p1', key: 'BBBB' }], [200, { id: 'p1', key: 'BBBB' }]])
  await mine.check()
  assert.deepEqual([opened, (await memory.memory()).wanted.key], [['unsubscribed', 'subscribed BBBB'], 'BBBB'])
})

test('a phone that she took off the list elsewhere stops by itself', async () => {
  held = subscription('https://push.example/1')
  const { memory, mine } = await subscribed({}, WANTED, [[410, {}], [204, null]])
  await mine.check()
  assert.deepEqual([opened, (await memory.memory()).wanted], [['unsubscribed'], null])
})

test('who has not asked for messages here gets none', async () => {
  held = null
  const { mine } = await subscribed({}, null)
  await mine.check()
  assert.deepEqual([opened, asked], [[], []])
})

test('another person who signed in here does not take the phone over', async () => {
  held = subscription('https://push.example/1')
  const { mine } = await subscribed({ owner: 'omar' })
  await mine.check()
  assert.deepEqual([opened, asked], [[], []])
})

test('a phone that others use now unsubscribes itself', async () => {
  held = subscription('https://push.example/1')
  const { mine } = await subscribed({ own: 'no' }, WANTED, [[204, null]])
  await mine.check()
  assert.deepEqual([opened, asked.map(([how, , body]) => [how, body.endpoint])], [['unsubscribed'], [['DELETE', 'https://push.example/1']]])
})

test('signed out, or without a network, nothing is lost and the next opening tries again', async () => {
  for (const answer of [[401, {}], [0]]) {
    held = subscription('https://push.example/1')
    const { memory, mine } = await subscribed({}, WANTED, [answer])
    await mine.check()
    assert.deepEqual([opened, (await memory.memory()).wanted], [[], WANTED])
  }
})

test('stopping works without a network: the push service tells the server', async () => {
  held = subscription('https://push.example/1')
  const { memory, mine } = await subscribed({}, WANTED, [[0]])
  await mine.off()
  assert.deepEqual([opened, (await memory.memory()).wanted], [['unsubscribed'], null])
})
