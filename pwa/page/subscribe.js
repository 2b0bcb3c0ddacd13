// Messages on the phone in the hand. A browser gives leave for them to a script alone, and only after a tap on a page that
// has said what will come. What is true of this phone is shown; everything else on the page works without this.

const ADDRESS = '/api/push/subscriptions'
const LONGEST_TEST_MS = 20000

const phone = /** @type {HTMLFormElement | null} */ (document.getElementById('push'))
if (phone) begin(phone)

/** @param {HTMLFormElement} form */
async function begin(form) {
  for (const button of form.querySelectorAll('button')) {
    if (button.value !== 'no') button.addEventListener('click', (event) => {
      event.preventDefault()
      say('')
      // Asked for here and nowhere else: inside the tap, with the words above it read.
      const done = button.value === 'test' ? test() : button.value === 'stop' ? stop() : Notification.requestPermission().then(() => subscribe(form))
      done.catch(() => say('failed')).then(() => state(form)).then(show)
    })
  }
  show(await state(form))
}

/** What is true of this phone. @param {HTMLFormElement} form @returns {Promise<'on' | 'off' | 'denied' | 'iphone' | 'cannot'>} */
async function state(form) {
  if (!navigator.serviceWorker || !window.PushManager || !window.Notification) return isUninstalledIPhone() ? 'iphone' : 'cannot'
  if (Notification.permission === 'denied') return 'denied'
  const held = await subscription().catch(() => null)
  return held && (await told(form, held, 0).catch(() => false)) ? 'on' : 'off'
}

/** An iPhone in a tab: it could, from its home screen. */
function isUninstalledIPhone() {
  return /iPhone|iPad|iPod/.test(navigator.userAgent) && !(/** @type {any} */ (navigator).standalone)
}

/** @returns {Promise<ServiceWorkerRegistration>} */
function registration() {
  const late = new Promise((resolve, reject) => setTimeout(() => reject(new Error('no worker')), 10000))
  return /** @type {any} */ (Promise.race([navigator.serviceWorker.ready, late]))
}

async function subscription() {
  return (await registration()).pushManager.getSubscription()
}

/** @param {HTMLFormElement} form */
async function subscribe(form) {
  if (Notification.permission !== 'granted') return undefined // the page says how to undo it
  const manager = (await registration()).pushManager
  const before = await manager.getSubscription()
  const key = String(form.dataset.key)
  if (before && keyOf(before) !== key) await before.unsubscribe()
  const made = await manager.subscribe({ userVisibleOnly: true, applicationServerKey: key })
  if (await told(form, made, 1)) return anew()
  await made.unsubscribe()
  return say('failed')
}

/** Whether the server knows this phone, or does now. @param {HTMLFormElement} form @param {PushSubscription} held @param {0 | 1} asked */
async function told(form, held, asked) {
  const { lang = 'da', owner = '' } = form.dataset
  const key = keyOf(held)
  const body = { endpoint: held.endpoint, keys: { p256dh: text(held.getKey('p256dh')), auth: text(held.getKey('auth')) }, key, lang, asked }
  const answer = await ask('POST', ADDRESS, body)
  if (answer.status !== 200) return false
  const { id } = await answer.json()
  // From now on the worker compares it at every opening.
  await tell({ say: 'subscribed', wanted: { id, owner, key, mark: lang + ' ' + held.endpoint } })
  return true
}

async function test() {
  const held = await subscription()
  if (!held) return
  say('testing')
  const heard = new Set()
  /** @param {MessageEvent} event */
  const hear = ({ data }) => { if (data && data.say === 'shown') heard.add(data.id) }
  navigator.serviceWorker.addEventListener('message', hear)
  try {
    const answer = await ask('POST', '/api/push/test', { endpoint: held.endpoint })
    if (!answer.ok) return say('missing')
    const { id } = await answer.json()
    for (let waited = 0; !heard.has(id) && waited < LONGEST_TEST_MS; waited += 200) await new Promise((resolve) => setTimeout(resolve, 200))
    say(heard.has(id) ? 'shown' : 'missing')
  } finally {
    navigator.serviceWorker.removeEventListener('message', hear)
  }
}

/** No more on this phone: the server hears it, and the worker forgets. */
async function stop() {
  const held = await subscription()
  if (held) {
    await ask('DELETE', ADDRESS, { endpoint: held.endpoint })
    await held.unsubscribe()
  }
  await tell({ say: 'unsubscribe' })
  return anew()
}

/** The page as the server has it now. Until it is here nothing more is shown: what is pressed now would be lost with this one. @returns {Promise<void>} */
function anew() {
  location.assign(location.pathname)
  return new Promise(() => {})
}

/** @param {string} method @param {string} path @param {object} body */
function ask(method, path, body) {
  return fetch(path, { method, headers: { 'content-type': 'application/json', accept: 'application/json' }, body: JSON.stringify(body) })
}

/** @param {object} what */
async function tell(what) {
  const worker = navigator.serviceWorker.controller || (await registration()).active
  if (worker) worker.postMessage(what)
}

/** @param {string} now which parts of the page are true */
function show(now) {
  for (const part of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-when]'))) {
    part.hidden = !String(part.dataset.when).split(' ').includes(now)
  }
}

/** @param {string} which the one sentence to show */
function say(which) {
  for (const words of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-say]'))) {
    words.hidden = words.dataset.say !== which
  }
}

/** @param {PushSubscription} of */
function keyOf(of) {
  return text(of.options.applicationServerKey)
}

/** @param {ArrayBuffer | null} buffer */
function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer || new ArrayBuffer(0)))
  return btoa(plain).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
}
