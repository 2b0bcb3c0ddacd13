// A service as the engine reads it: `backend/domain/services.py`, empty fields left out. A phone gets it without what
// only the server reads, and with marks for sentences (`packing.js`).

/** @typedef {any} Json */
/** @typedef {{ is: string, say?: string, hint?: string }} Option */
/** @typedef {{ [operator: string]: any }} Condition */
/** @typedef {{ say: string, alone?: string, when?: Condition, [operator: string]: any }} Must */
/**
 * @typedef {{
 *   id: string, kind: string, ask: string, hint?: string, options?: Option[], must?: Must[], when?: Condition,
 *   optional?: boolean, known?: string, group?: string, near?: boolean, unit?: string, desk?: string, pick?: string, address?: string,
 *   about?: 'me' | 'other',
 * }} Question
 */
/** @typedef {{ id: string, title?: string, more?: string, when?: Condition, each?: string, at_most?: number, own_submission?: boolean }} Group */
/** @typedef {{ id: string, say: string, next?: string, when?: Condition }} Ending */
/** @typedef {{ value: number | string, unit: string, source: string, as_of: string }} Figure */
/**
 * @typedef {{
 *   id: string, shape: string, from?: string, add?: any, opens?: any, closes?: any, latest?: { [key: string]: any }[],
 *   days?: string, counts_first?: boolean, closed_last_day?: string, weight?: string, loses?: string, say?: string,
 *   stops?: string, when?: Condition,
 * }} Deadline
 */
/** @typedef {{ id: string, say: string, next?: string, when?: Condition }} Outcome */
/** @typedef {{ id: string, say: string, who?: string, name?: string, when?: Condition, each?: string }} Task */
/** @typedef {{ id: string, say: string, source: string, hint?: string, service?: string, link?: string, phone?: string, deadline?: string, when?: Condition }} Tick */
/**
 * @typedef {{
 *   id: string, version: number, title: string, wish: string, for_whom: string, sign_in: string, law?: string,
 *   minutes?: number, cost?: string, icon?: string, bring?: string[], brings?: { say: string, when?: Condition }[],
 *   questions: Question[], groups?: Group[], endings?: Ending[], figures?: { [id: string]: Figure },
 *   deadlines?: Deadline[], outcomes?: Outcome[], tasks?: Task[], ticks?: Tick[], send?: string, items: string[],
 * }} Service
 */

/** @template {{ id: string }} T @param {T[]} list @param {string} id @returns {T} */
const named = (list, id) => {
  const found = list.find((each) => each.id === id)
  if (!found) throw new ReferenceError(id)
  return found
}

/** @param {Service} service @param {string} id */
export const question = (service, id) => named(service.questions, id)

/** @param {Service} service @param {string} id */
export const group = (service, id) => named(service.groups || [], id)

/** @param {Service} service @param {string} id */
export const ending = (service, id) => named(service.endings || [], id)

/** @param {Service} service @param {string} id */
export const ofGroup = (service, id) => service.questions.filter((each) => each.group === id)
