// Who may change anything here. IndexedDB has no SameSite and a fetch event shows neither Origin nor Sec-Fetch-Site,
// so a form on another site would reach the worker and write into a draft. An attacker can blank the referrer, not
// fake ours.

/** @param {string} referrer @param {string} origin */
export const fromUs = (referrer, origin) => {
  try {
    return new URL(referrer).origin === origin
  } catch {
    return false
  }
}
