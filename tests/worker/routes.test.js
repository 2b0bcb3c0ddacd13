import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromUs } from '../../pwa/worker/origin.js'
import { isForm, place } from '../../pwa/worker/routes.js'

const at = (path) => place(new URL(path, 'https://town.example'))

test('an address says which page it is', () => {
  assert.deepEqual(at('/ar/services/rats/employer-name/r1?x=1'), {
    lang: 'ar', path: 'services/rats/employer-name/r1', here: 'services/rats/employer-name/r1?x=1', kind: 'step',
    service: 'rats', step: 'employer-name', row: 'r1', key: '', back: '',
  })
  const kinds = {
    '/da': 'page', '/da/': 'page', '/da/services': 'page', '/da/services/rats': 'start', '/da/services/rats/where': 'step',
    '/da/services/rats/check': 'check', '/da/services/rats/done?key=ab': 'done', '/da/sign-out': 'sign-out', '/da/mine': 'mine',
    '/da/sign-in': 'server', '/da/sign-in/demo': 'server', '/da/activate': 'server', '/da/n/abc': 'server',
    '/da/services/passport/appointment.ics': 'server', '/da/services/rats/duplicate-draft': 'server', '/da/services/rats/kept-paper': 'server', '/da/papers': 'page', '/da/papers/all.zip': 'server', '/da/papers/a1/paper.bin': 'server', '/da/services/passport/appointment': 'server', '/qps-long/services/rats/check': 'check', '/ckb/help': 'page',
    '/da/post': 'page', '/da/post/abc': 'page', '/da/post/write?letter=a': 'write', '/da/post/unsent?key=ab': 'unsent', '/da/mine/cases/a': 'page',
    '/da/mine/cases/a/question': 'question', '/da/mine/cases/a/paper?task=b': 'paper', '/da/mine/cases/a/withdraw': 'page',
    '/da/phone?back=mine': 'phone', '/da/services/rats/phone': 'step', '/da/services/rats/mine': 'step', '/da/services/rats/sign-out': 'step',
  }
  for (const [path, kind] of Object.entries(kinds)) assert.equal(at(path).kind, kind, path)
  assert.equal(at('/da/services/rats/done?key=ab').key, 'ab')
})

test('what is no page of ours is left to the browser', () => {
  for (const path of ['/', '/api/content/da', '/was', '/a/app.1f.css', '/w/1f/worker.js', '/sw.js', '/desk/cases', '/healthz', '/manifest.json']) {
    assert.equal(at(path), null, path)
  }
})

test('only steps, the check page and what is written to the authority hold a form that an update must not disturb', () => {
  const is = (path) => isForm(new URL(path, 'https://town.example'))
  assert.ok(is('/da/services/rats/where') && is('/da/services/rats/check') && is('/da/post/write') && is('/da/mine/cases/a/paper'))
  assert.ok(!is('/da/services/rats') && !is('/da/') && !is('/da/services/rats/done?key=1') && !is('/'))
})

test('a post counts as ours only with a referrer of ours', () => {
  const ours = 'https://town.example'
  assert.ok(fromUs('https://town.example/da/services/rats/where', ours))
  for (const other of ['', 'about:client', 'null', 'https://evil.example/', 'https://town.example.evil.example/', 'http://town.example/', 'https://town.example:8443/']) {
    assert.ok(!fromUs(other, ours), other)
  }
})
