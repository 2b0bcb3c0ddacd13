// The cases of `tests/cases`, run here by the phone's engine. `tests/domain/test_cases.py` runs them on the server's.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { accept, parse } from '../../pwa/worker/domain/answers.js'
import * as conditions from '../../pwa/worker/domain/conditions.js'
import * as deadlines from '../../pwa/worker/domain/deadlines.js'
import * as journey from '../../pwa/worker/domain/journeys.js'
import * as tasks from '../../pwa/worker/domain/tasks.js'
import * as views from '../../pwa/worker/domain/views.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const cases = (name) => JSON.parse(readFileSync(`${ROOT}tests/cases/${name}.json`, 'utf8'))
const { services, dateWords } = JSON.parse(execFileSync('python', ['-m', 'tests.cases'], { cwd: ROOT, encoding: 'utf8' }))

const ofOne = (question, more = {}) =>
  ({ id: 'one', version: 1, title: '', wish: '', for_whom: '', sign_in: 'never', questions: [question], items: [`q:${question.id}`], ...more })

const kinds = cases('kinds')
for (const { kind, typed, value, error, at, with: more = {} } of kinds.cases) {
  test(`typed as ${kind}: ${JSON.stringify(typed)}`, () => {
    const options = kind.startsWith('choice') ? ['a', 'b', 'c'].map((id) => ({ is: id, say: id })) : []
    const service = ofOne({ id: 'q', kind, ask: '?', options, desk: 'passport', ...more })
    const facts = { 'household.people': [{ id: 'p1', name: 'Bo' }] }
    const isParts = typeof typed === 'object' && !Array.isArray(typed)
    const fields = isParts ? Object.entries(typed).map(([part, text]) => [`q_${part}`, text]) : [typed].flat().map((text) => ['q', text])
    const step = journey.walk(service, {}, facts, kinds.today).at
    const accepted = accept(service, step, fields, {}, facts, kinds.today, {}, dateWords)
    assert.deepEqual(accepted.errors.map((each) => [each.field, each.code]), error ? [['q' + (at || ''), error]] : [])
    assert.deepEqual(accepted.answers, value === undefined ? {} : { q: value })
    assert.deepEqual(Object.keys(accepted.raw).sort(), error ? [...new Set(fields.map(([name]) => name))].sort() : [])
  })
}

const { cases: when, figures, today } = cases('conditions')
for (const each of when) {
  test(`holds or not: ${JSON.stringify(each)}`, () => {
    const scope = { answers: { q: each.q ?? '' }, facts: each.f || {}, today, figures, groups: {}, group: '', row: {}, open: [] }
    assert.equal(conditions.holds(each.when, scope), each.holds)
  })
}

const last = cases('deadlines')
for (const each of last.cases) {
  test(each.name, () => {
    const service = ofOne({ id: 'q', kind: 'date', ask: '?' }, { deadlines: [{ id: 'it', stops: 'case.done', ...each.rule }], figures: last.figures })
    const found = deadlines.of(service, { q: each.q ?? '' }, each.facts || {}, last.today, {}, last.closed)
    assert.equal(found.length, each.days.length)
    assert.deepEqual(found.map((one, at) => ({ ...one, ...each.days[at] })), found)
  })
}

const whole = cases('journeys')
for (const each of whole.cases) {
  test(each.name, () => {
    const [service, facts, day] = [services[each.service], whole.facts[each.facts], whole.today]
    let [answers, raw] = [each.answers || {}, {}]
    for (const step of each.steps) {
      const walk = journey.walk(service, answers, facts, day)
      assert.equal(walk.at.path, step.at)
      lookAt(step, service, walk, answers, facts, day)
      const accepted = accept(service, walk.at, parse(step.post), answers, facts, day, raw, dateWords)
      assert.deepEqual(accepted.errors.map((error) => `${error.field}: ${error.code}`), step.errors || [])
      assert.equal(accepted.touched, step.touched ?? true)
      ;({ answers, raw } = accepted)
    }
    endOf(each, service, answers, facts, day)
  })
}

const lookAt = (step, service, walk, answers, facts, day) => {
  if (step.number) assert.deepEqual([journey.number(walk, walk.at), journey.total(service, walk, walk.at, facts, day)], step.number)
  if (step.back || step.known || step.whose) {
    const view = views.question(service, walk, walk.at, answers, {}, [], facts, day)
    if (step.back) assert.equal(view.back, step.back)
    if (step.whose) assert.equal(view.whose, step.whose)
    if (step.known) assert.deepEqual(view.known.map((one) => one.text), step.known)
  }
  if (step.rows) {
    const view = views.more(service, walk, walk.at, answers, {}, [], facts, day)
    assert.deepEqual(view.rows.map((row) => row.text[0].text), step.rows)
  }
}

const endOf = (each, service, answers, facts, day) => {
  const walk = journey.walk(service, answers, facts, day)
  assert.equal(walk.at.path, each.end)
  if (each.kept) assert.deepEqual(walk.kept, each.kept)
  const done = views.done(service, walk.kept, facts, day, { 'submission.received': day })
  if (each.todo) assert.deepEqual(tasks.of(service, walk.kept, facts, day).map((one) => `${one.id} ${one.name}`.trim()), each.todo)
  if (each.receipt) assert.equal(done.say, each.receipt)
  if (each.deadlines) assert.deepEqual(done.deadlines.map((one) => `${one.id} ${one.on}`), each.deadlines)
}
