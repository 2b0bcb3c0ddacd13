"""What a phone really holds: its databases and caches, read past the worker."""

import json
import time
from typing import Any

from tests.browser.phone import Phone

OWN = "medborger-own"
READ = """async () => {
  const plain = (v) => v instanceof CryptoKey ? {extractable: v.extractable}
    : v instanceof ArrayBuffer || ArrayBuffer.isView(v) ? {bytes: String.fromCharCode(...new Uint8Array(v.buffer || v))}
    : Array.isArray(v) ? v.map(plain)
    : v && typeof v === 'object' ? Object.fromEntries(Object.entries(v).map(([k, x]) => [k, plain(x)])) : v
  const asked = (r) => new Promise((done, failed) => { r.onsuccess = () => done(r.result); r.onerror = () => failed(r.error) })
  const found = {}
  for (const {name} of await indexedDB.databases()) {
    const db = await asked(indexedDB.open(name))
    found[name] = {}
    for (const store of db.objectStoreNames) {
      const table = db.transaction(store).objectStore(store)
      const [keys, values] = await Promise.all([asked(table.getAllKeys()), asked(table.getAll())])
      found[name][store] = Object.fromEntries(keys.map((key, i) => [key, plain(values[i])]))
    }
    db.close()
  }
  return JSON.stringify(found)
}"""
CACHED = """async () => {
  const found = []
  for (const name of await caches.keys()) for (const request of await (await caches.open(name)).keys()) found.push(request.url)
  return found
}"""


def databases(phone: Phone) -> dict[str, dict[str, dict[str, Any]]]:
    """By database, store and key; keys of the phone as whether they can be taken out, bytes as text."""
    return json.loads(phone.page.evaluate(READ))


def own(phone: Phone) -> dict[str, dict[str, Any]]:
    """What is one person's, by store; {} when there is no such database."""
    return databases(phone).get(OWN, {})


def settled_drafts(phone: Phone) -> dict[str, int]:
    """How often each draft was written, once the worker has stopped writing: saving on the server writes too."""
    seen: list[dict[str, int]] = []

    def is_still() -> bool:
        seen.append({key: one["seq"] for key, one in own(phone)["drafts"].items()})
        time.sleep(0.2)
        return len(seen) > 5 and len({str(one) for one in seen[-5:]}) == 1

    phone.wait(is_still, "for the drafts to be still")
    return seen[-1]


def is_empty(phone: Phone) -> bool:
    return not any(own(phone).values())


def cached(phone: Phone) -> list[str]:
    return phone.page.evaluate(CACHED)


def registered(phone: Phone) -> bool:
    return phone.page.evaluate("() => navigator.serviceWorker.getRegistration().then((found) => !!found)")


OLDER = """async (ms) => {
  const asked = (r) => new Promise((done, failed) => { r.onsuccess = () => done(r.result); r.onerror = () => failed(r.error) })
  const db = await asked(indexedDB.open('%s'))
  const table = db.transaction('outbox', 'readwrite').objectStore('outbox')
  const [keys, items] = await Promise.all([asked(table.getAllKeys()), asked(table.getAll())])
  await Promise.all(keys.map((key, i) => asked(table.put({ ...items[i], since: items[i].since - ms }, key))))
  db.close()
}""" % OWN


def age_outbox(phone: Phone, days: int) -> None:
    """As if Send had been pressed some days before."""
    phone.page.evaluate(OLDER, days * 86_400_000)
