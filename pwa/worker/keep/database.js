// What the phone keeps. The only file that touches IndexedDB. Two databases: what anyone may read (the bundles, the
// public pages, how this phone is set up) and what is one person's, so that signing out deletes the second whole.
// Values come in sealed: a transaction commits itself as soon as code awaits anything but the database.

/** Additive only: a release reads what the one before it wrote. @type {Record<string, string[]>} */
const SHELVES = { medborger: ['content', 'pages', 'phone'], 'medborger-own': ['keys', 'kept', 'drafts', 'outbox', 'receipts'] }
export const OWN = 'medborger-own'
const VERSION = 1

/** Not written: no room, or storage is shut off. Whoever meets it must not say "saved". */
export class NotKept extends Error {}

/** One write: `[store, key, value]`; without a value the key goes. @typedef {[string, string, any?]} Write */

/** @type {Map<string, Promise<IDBDatabase>>} */
const open = new Map()

/** @param {string} name @returns {Promise<IDBDatabase>} */
const connect = (name) => new Promise((resolve, reject) => {
  const asked = indexedDB.open(name, VERSION)
  asked.onupgradeneeded = () => {
    for (const store of SHELVES[name]) {
      if (!asked.result.objectStoreNames.contains(store)) asked.result.createObjectStore(store)
    }
  }
  asked.onsuccess = () => {
    // Another worker wants to delete or widen it: let go, and open again at the next need.
    asked.result.onversionchange = () => {
      asked.result.close()
      open.delete(name)
    }
    asked.result.onclose = () => open.delete(name)
    resolve(asked.result)
  }
  asked.onerror = () => reject(new NotKept(asked.error?.name))
})

/** @param {string} store */
const home = (store) => Object.keys(SHELVES).find((name) => SHELVES[name].includes(store)) || ''

/** @param {string} store @param {IDBTransactionMode} mode @param {string[]} stores */
const begin = async (store, mode, stores) => {
  const name = home(store)
  for (let again = 0; ; again++) {
    if (!open.has(name)) open.set(name, connect(name))
    try {
      // strict: "saved" is said only when it is on the disk, not in a buffer of the browser's.
      return (await /** @type {Promise<IDBDatabase>} */ (open.get(name))).transaction(stores, mode, { durability: 'strict' })
    } catch (error) {
      open.delete(name) // closed meanwhile, or never opened: once more, then give up
      if (again) throw error instanceof NotKept ? error : new NotKept(String(error))
    }
  }
}

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
const result = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result)
  request.onerror = () => reject(new NotKept(request.error?.name))
})

/** @param {string} store @param {string} key @returns {Promise<any>} undefined if there is none */
export const get = async (store, key) => result((await begin(store, 'readonly', [store])).objectStore(store).get(key))

/** Everything in a store, by key. @param {string} store @returns {Promise<[string, any][]>} */
export const all = async (store) => {
  const table = (await begin(store, 'readonly', [store])).objectStore(store)
  const [keys, values] = await Promise.all([result(table.getAllKeys()), result(table.getAll())])
  return keys.map((key, i) => [String(key), values[i]])
}

/**
 * All of these writes or none, on the disk when it answers. With `expected`, only if that record still has this `seq`
 * (0: is not there): false says somebody else was faster and nothing is written.
 * @param {Write[]} writes @param {{ store: string, key: string, seq: number }} [expected] @returns {Promise<boolean>}
 */
export const write = async (writes, expected) => {
  const stores = [...new Set([...writes.map(([store]) => store), ...(expected ? [expected.store] : [])])]
  const transaction = await begin(stores[0], 'readwrite', stores)
  return new Promise((resolve, reject) => {
    let moved = false
    const put = () => {
      for (const [store, key, value] of writes) {
        const table = transaction.objectStore(store)
        if (value === undefined) table.delete(key)
        else table.put(value, key)
      }
    }
    transaction.oncomplete = () => resolve(!moved)
    transaction.onabort = () => reject(new NotKept(transaction.error?.name)) // QuotaExceededError comes here too
    try {
      if (!expected) return put()
      const found = transaction.objectStore(expected.store).get(expected.key)
      found.onsuccess = () => {
        moved = (found.result?.seq || 0) !== expected.seq
        if (!moved) put()
      }
    } catch (error) {
      reject(new NotKept(String(error)))
    }
  })
}

/** Empty what is one person's, the key first, then delete the database itself. Reading it afterwards finds nothing. */
export const wipe = async () => {
  const transaction = await begin('keys', 'readwrite', SHELVES[OWN])
  for (const store of SHELVES[OWN]) transaction.objectStore(store).clear()
  await new Promise((resolve, reject) => {
    transaction.oncomplete = resolve
    transaction.onabort = () => reject(new NotKept(transaction.error?.name))
  })
  transaction.db.close()
  open.delete(OWN)
  // Emptied already: a connection somewhere else may delay the deletion, it must not delay the sign-out.
  const gone = indexedDB.deleteDatabase(OWN)
  await new Promise((resolve) => { gone.onsuccess = gone.onerror = gone.onblocked = resolve })
}
