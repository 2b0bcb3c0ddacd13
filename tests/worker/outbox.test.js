import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isDue, judged, told, wait } from '../../pwa/worker/send/outbox.js'

const NOW = 1_800_000_000_000
const DAY = 86_400_000
const item = (more) => ({ key: 'k', owner: '', state: 'queued', since: NOW, due: 0, tries: 0, reason: '', ...more })

test('201 and 200 both mean received', () => {
  for (const status of [200, 201]) assert.equal(judged(item(), status, null, '', NOW), null)
})

test('what may pass later stays queued and waits', () => {
  for (const status of [302, 408, 409, 425, 429, 500, 502, 503, 504, 507]) {
    const after = judged(item(), status, null, '', NOW)
    assert.deepEqual([after.state, after.due > NOW], ['queued', true], String(status))
  }
})

test('any other refusal is told, never looped and never thrown away', () => {
  for (const status of [400, 403, 404, 410, 413, 415, 422]) {
    const after = judged(item(), status, null, 'invalid', NOW)
    assert.deepEqual([after.state, after.reason], ['failed', 'invalid'], String(status))
    assert.ok(!isDue(after, { owner: '', signed: 0 }, NOW + 365 * DAY))
  }
})

test('401 waits for the same person to sign in', () => {
  const after = judged(item({ owner: 'inger' }), 401, null, '', NOW)
  assert.equal(after.state, 'sign-in')
  assert.ok(!isDue(after, { owner: 'inger', signed: 0 }, NOW))
  assert.ok(isDue(after, { owner: 'inger', signed: 1 }, NOW))
  assert.ok(!isDue(after, { owner: 'omar', signed: 1 }, NOW))
})

test('nothing of another person is sent', () => {
  assert.ok(!isDue(item({ owner: 'inger' }), { owner: 'omar', signed: 1 }, NOW))
  assert.ok(isDue(item({ owner: 'inger' }), { owner: 'inger', signed: 1 }, NOW))
  assert.ok(isDue(item(), { owner: 'omar', signed: 1 }, NOW))
})

test('waiting doubles up to an hour, and obeys the server up to a day', () => {
  assert.deepEqual([0, 1, 2, 20].map((n) => wait(n, null)), [5000, 10000, 20000, 3600000])
  assert.equal(wait(0, '120'), 120_000)
  assert.equal(wait(0, '999999'), DAY)
  for (const nonsense of ['-5', 'soon', '1e9', '']) assert.equal(wait(0, nonsense), 5000)
})

test('after three days it warns, after sixty it asks', () => {
  assert.deepEqual(told(item(), NOW + 2 * DAY), { state: 'queued', reason: '', late: 0 })
  assert.deepEqual(told(item(), NOW + 3 * DAY), { state: 'queued', reason: '', late: 1 })
  assert.deepEqual(told(item(), NOW + 60 * DAY), { state: 'failed', reason: 'too-old', late: 1 })
  assert.ok(!isDue(item(), { owner: '', signed: 0 }, NOW + 60 * DAY))
})
