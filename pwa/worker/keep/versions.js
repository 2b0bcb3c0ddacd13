// Versions of a service: a draft finishes under the one it was begun with.

/** The definition a draft was begun under. @param {any} bundle @param {string} id @param {number} [version] @returns {any} undefined: not on this phone */
export const definition = (bundle, id, version) => {
  const newest = bundle.services[id]
  return !version || newest?.version === version ? newest : bundle.old?.[id]?.[version]
}

/** New content, with the definitions and sentences of the versions it takes the place of. @param {any} fresh @param {any} before */
export const withOld = (fresh, before) => {
  /** @type {Record<string, any>} */
  const old = {}
  const versions = (/** @type {any} */ bundle) => Object.values(bundle.services).concat(...Object.values(bundle.old || {}).map(Object.values))
  for (const service of [...versions(before), ...versions({ services: {}, old: fresh.old })]) {
    if (fresh.services[service.id]?.version !== service.version) old[service.id] = { ...old[service.id], [service.version]: service }
  }
  if (!Object.keys(old).length) return { ...fresh, old }
  return { ...fresh, old, messages: { ...fresh.messages, said: { ...before.messages.said, ...fresh.messages.said } } }
}
