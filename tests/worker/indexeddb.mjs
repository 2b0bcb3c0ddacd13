// As much of IndexedDB as the worker uses, in memory, so that its files run in node. Transactions are atomic and
// commit by themselves. `full`: a write aborts, as on a full disk. `left`: so many writes more are done, then the worker
// that writes is dead: nothing comes back to it.
export const databases = new Map()
export const faults = { full: false, left: Infinity }

const later = (run) => queueMicrotask(run)
const request = (work, transaction) => {
  const one = { result: undefined, error: null, onsuccess: null, onerror: null }
  transaction.work += 1
  later(() => {
    one.result = work()
    one.onsuccess?.({ target: one })
    transaction.done()
  })
  return one
}

class Transaction {
  constructor(db, stores, mode) {
    Object.assign(this, { db, mode, work: 0, error: null, changed: new Map(), over: false })
    for (const store of stores) if (!db.stores.has(store)) throw new Error('NotFoundError')
    later(() => this.done(0))
  }
  objectStore(name) {
    const store = this.db.stores.get(name)
    const now = () => this.changed.get(name) || store
    const change = (how) => {
      if (this.over) throw new Error('TransactionInactiveError')
      const copy = new Map(now())
      how(copy)
      this.changed.set(name, copy)
    }
    return {
      get: (key) => request(() => now().get(key), this),
      getAll: () => request(() => [...now().values()], this),
      getAllKeys: () => request(() => [...now().keys()], this),
      put: (value, key) => change((to) => to.set(key, value)),
      delete: (key) => change((to) => to.delete(key)),
      clear: () => change((to) => to.clear()),
    }
  }
  done(finished = 1) {
    this.work -= finished
    later(() => later(() => {
      if (this.work > 0 || this.over) return
      this.over = true
      if (this.changed.size && faults.left-- <= 0) return
      if (faults.full && this.mode === 'readwrite') {
        this.error = { name: 'QuotaExceededError' }
        return this.onabort?.()
      }
      for (const [name, map] of this.changed) this.db.stores.set(name, map)
      this.oncomplete?.()
    }))
  }
}

const open = (name) => {
  const one = {}
  later(() => {
    const isNew = !databases.has(name)
    if (isNew) databases.set(name, { stores: new Map() })
    const db = databases.get(name)
    one.result = {
      objectStoreNames: { contains: (store) => db.stores.has(store) },
      createObjectStore: (store) => db.stores.set(store, new Map()),
      transaction: (stores, mode) => new Transaction(Object.assign(db, { close() {} }), stores, mode),
      close() {},
    }
    db.self = one.result
    if (isNew) one.onupgradeneeded?.()
    one.onsuccess?.()
  })
  return one
}

export const install = () => {
  databases.clear()
  Object.assign(faults, { full: false, left: Infinity })
  globalThis.indexedDB = {
    open,
    deleteDatabase: (name) => {
      const one = {}
      later(() => {
        databases.delete(name)
        one.onsuccess?.()
      })
      return one
    },
  }
}
