// Asking the server, with an end to the waiting. Safari 15 has no AbortSignal.timeout.

/** No answer: no network, or none in time. */
export class Unreachable extends Error {}

/**
 * @param {string} path @param {{ method?: string, json?: any, body?: string | FormData, owner?: string, ms?: number, headers?: Record<string, string> }} [how]
 * `owner`: who wrote it; the server takes it from no one else.
 */
export const ask = async (path, { method = 'GET', json, body: text, owner, ms = 10000, headers = {} } = {}) => {
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(), ms)
  /** @type {Record<string, string>} */
  const told = owner === undefined ? {} : { 'Medborger-Owner': owner }
  /** @type {Record<string, string>} */
  const sent = json === undefined ? {} : { 'Content-Type': 'application/json' }
  try {
    const reply = await fetch(path, {
      method, headers: { Accept: 'application/json', ...told, ...sent, ...headers }, cache: 'no-store', signal: stop.signal,
      body: json === undefined ? text : JSON.stringify(json),
    })
    const body = /json/.test(reply.headers.get('content-type') || '') ? await reply.json() : null
    return { reply, body, status: reply.status, ok: reply.ok }
  } catch (error) {
    throw new Unreachable(String(error))
  } finally {
    clearTimeout(timer)
  }
}
