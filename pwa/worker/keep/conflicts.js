// Two devices, one draft: both versions are kept and the person chooses. Nothing is merged by guessing.
import { canonical } from './drafts.js'
import { walk } from '../domain/journeys.js'
import * as show from '../show/response.js'
import { check } from '../domain/views.js'

/** @param {import('./journey-context.js').JourneyContext} journey @param {import('../routes.js').Place} at @param {any} step */
export const page = async (journey, at, step) => {
  const { service, local: { draft, theirs, owner } } = journey
  const here = rows(journey, draft.answers)
  const there = rows(journey, theirs?.answers || {})
  const mine = here.filter((row) => !isAmong(row, there))
  const others = there.filter((row) => !isAmong(row, here))
  return show.computed(journey.held, at, 'conflict', {
    service: { id: service.id, title: service.title, icon: service.icon || '' },
    step: { id: step.id, row: step.row, kind: step.kind, path: step.path },
    ask: (mine[0] || others[0])?.ask || '', whose: (mine[0] || others[0])?.whose || '', hidden: [], draft: draft.id, revision: draft.revision, owner,
    mine: { shown: mine.flatMap((row) => row.shown), at: draft.updated_at, device: 'this' },
    theirs: { shown: others.flatMap((row) => row.shown), at: theirs?.updated_at || '', device: 'other' },
  }, { status: 409 })
}

/** Every answer as the check page would show it. @param {import('./journey-context.js').JourneyContext} journey @param {any} answers @returns {any[]} */
const rows = ({ service, today, local: { draft } }, answers) =>
  check(service, walk(service, answers, draft.facts, today), answers, {}, [], draft.facts, today, 1).rows

/** @param {any} row @param {any[]} list */
const isAmong = (row, list) => list.some((other) => other.change === row.change && canonical(other.shown) === canonical(row.shown))
