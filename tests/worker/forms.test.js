// A form with a photo, as browsers send it: its small fields as text, the photo byte for byte.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { read } from '../../pwa/worker/show/forms.js'
import { among } from '../../pwa/worker/keep/photos.js'

const request = (form) => new Request('https://town.example/', { method: 'POST', body: form })

test('a photo comes out byte for byte, and the words beside it in every script', async () => {
  const bytes = Uint8Array.from({ length: 70000 }, (_, n) => (n * 7) % 256)
  bytes.set([13, 10, 13, 10, 45, 45], 100) // looks like the end of a part
  const form = new FormData()
  form.append('draft', 'a'.repeat(32))
  form.append('place', 'Ængel & Søn\r\n🐀 فأر')
  form.append('photo', new Blob([bytes], { type: 'image/heic' }), 'rotte æ.heic')
  form.append('do', 'continue')
  const { fields, photo } = await read(request(form))
  assert.deepEqual(fields, [['draft', 'a'.repeat(32)], ['place', 'Ængel & Søn\r\n🐀 فأر'], ['do', 'continue']])
  assert.deepEqual([photo.name, photo.type, [...photo.bytes]], ['rotte æ.heic', 'image/heic', [...bytes]])
})

test('a file field left empty is no photo, and a button that throws away sends none', async () => {
  const form = new FormData()
  form.append('photo', new Blob([]), '')
  form.append('do', 'continue')
  assert.equal((await read(request(form))).photo?.bytes.length || 0, 0)
  const other = new FormData()
  other.append('photo', new Blob(['x']), 'x.jpg')
  other.append('do', 'erase')
  assert.equal((await read(request(other))).photo, null)
})

test('every photo among the answers is found, in rows too', () => {
  const photo = { id: 'p', name: 'n', bytes: 1, sha256: 's' }
  const answers = { where: { street: 'x' }, photo, people: [{ id: 'r2', answers: { pass: { ...photo, id: 'q' } } }], later: { later: 'yes' }, many: ['a'] }
  assert.deepEqual(among(answers), [{ id: 'p', question: 'photo', row: '' }, { id: 'q', question: 'pass', row: 'r2' }])
})
