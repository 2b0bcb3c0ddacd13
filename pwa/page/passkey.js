// The one step of signing in that only a script can do: asking the phone for its passkey, or for a new one.
// Without this script the button stays hidden, and the page says how else to get on.
// The JSON is made by hand: the browser's own toJSON() is missing on phones older than 2024, and would send
// the secret that PRF gives us to the server.

/** Bound to the passkey by the phone; the same text gives the same 32 bytes, which never leave the phone. */
const SALT = new TextEncoder().encode('medborger shelf 1')

/** @type {Record<string, string>} what the server's refusals are called on the page */
const SAID = { 'passkey-refused': 'not-known', 'too-many': 'too-many', 'step-up-needed': 'too-slow', 'code-refused': 'too-slow' }

const form = /** @type {HTMLFormElement | null} */ (document.getElementById('passkey'))
takeCode()
if (form) start(form)

/** @param {HTMLFormElement} form */
function start(form) {
  if (!window.PublicKeyCredential || !navigator.credentials) return say('no-passkeys')
  for (const button of form.querySelectorAll('button')) button.hidden = false
  for (const words of document.querySelectorAll('[data-when="no-script"]')) words.setAttribute('hidden', '')
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void act(form)
  })
}

/** @param {HTMLFormElement} form */
async function act(form) {
  const button = form.querySelector('button')
  if (!button || button.getAttribute('aria-disabled') === 'true') return
  button.setAttribute('aria-disabled', 'true')
  say('')
  try {
    const done = await (form.dataset.act === 'register' ? register(form) : signIn(form))
    location.assign(done.next)
  } catch (error) {
    say(reason(error))
  }
  button.removeAttribute('aria-disabled')
}

/** @param {HTMLFormElement} form */
async function signIn(form) {
  const options = await ask('sign-in/options', {})
  const found = /** @type {PublicKeyCredential} */ (await navigator.credentials.get({
    publicKey: { ...options, challenge: bytes(options.challenge), extensions: prf() },
  }))
  const answer = /** @type {AuthenticatorAssertionResponse} */ (found.response)
  const done = await tell('sign-in', form, found, {
    authenticatorData: text(answer.authenticatorData),
    signature: text(answer.signature),
    userHandle: answer.userHandle ? text(answer.userHandle) : '',
  })
  await unlock(found)
  return done
}

/** @param {HTMLFormElement} form */
async function register(form) {
  const options = await ask('register/options', { code: field(form, 'code'), born: born(form) })
  const made = /** @type {PublicKeyCredential} */ (await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: options.excludeCredentials.map((/** @type {any} */ one) => ({ ...one, id: bytes(one.id) })),
      extensions: prf(),
    },
  }))
  const answer = /** @type {AuthenticatorAttestationResponse} */ (made.response)
  const done = await tell('register', form, made, { attestationObject: text(answer.attestationObject) })
  await unlock(made)
  return done
}

/** @param {string} path @param {HTMLFormElement} form @param {PublicKeyCredential} found @param {object} answer */
function tell(path, form, found, answer) {
  const response = { clientDataJSON: text(found.response.clientDataJSON), ...answer }
  const credential = { id: found.id, rawId: text(found.rawId), type: found.type, response }
  return ask(path, { credential, lang: form.dataset.lang, next: form.dataset.next || '' })
}

/** @param {string} path @param {object} body @returns {Promise<any>} */
async function ask(path, body) {
  const headers = { 'content-type': 'application/json', accept: 'application/json' }
  const answer = await fetch((form && form.dataset.door || '/api/passkeys/') + path, { method: 'POST', headers, body: JSON.stringify(body) })
  const said = await answer.json()
  if (!answer.ok) throw new Refusal(said.code)
  return said
}

class Refusal extends Error {}

/** Which of the page's sentences is true now. @param {unknown} error */
function reason(error) {
  if (error instanceof Refusal) return SAID[error.message] || 'not-finished'
  // The phone has this passkey already: then signing in works.
  return error instanceof DOMException && error.name === 'InvalidStateError' ? 'known' : 'not-finished'
}

/** @param {string} which the one sentence to show */
function say(which) {
  for (const words of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-say]'))) {
    words.hidden = words.dataset.say !== which
  }
}

/** The code came with the address, behind the "#": into its field, and out of sight and history. */
function takeCode() {
  const field = /** @type {HTMLInputElement | null} */ (document.querySelector('input[name="code"]:not([type="hidden"])'))
  const code = location.hash.slice(1)
  if (!field || !/^[A-Z0-9-]{12,20}$/i.test(code)) return
  field.value = code
  history.replaceState(history.state, '', location.pathname + location.search)
}

/** Opens what this phone keeps, where the phone can do that; the worker gets a key it can use and not read.
 * @param {PublicKeyCredential} found */
async function unlock(found) {
  const first = found.getClientExtensionResults().prf?.results?.first
  const worker = navigator.serviceWorker?.controller
  if (!first || !worker) return
  const key = await crypto.subtle.importKey('raw', /** @type {BufferSource} */ (first), 'HKDF', false, ['deriveKey'])
  worker.postMessage({ say: 'unlock', passkey: found.id, key })
}

function prf() {
  return { prf: { eval: { first: SALT } } }
}

/** @param {HTMLFormElement} form @param {string} name */
function field(form, name) {
  const input = /** @type {HTMLInputElement | null} */ (form.elements.namedItem(name))
  return input ? input.value : ''
}

/** The birthday that a code from a letter needs, as it was typed. @param {HTMLFormElement} form */
function born(form) {
  return { day: field(form, 'born-day'), month: field(form, 'born-month'), year: field(form, 'born-year') }
}

/** @param {string} base64url */
function bytes(base64url) {
  const plain = atob(base64url.replace(/-/g, '+').replace(/_/g, '/'))
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0))
}

/** @param {ArrayBuffer} buffer */
function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer))
  return btoa(plain).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
}
