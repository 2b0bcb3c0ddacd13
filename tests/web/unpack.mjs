// The phone's side of `test_packing.py`: a bundle as it travels in, as pages use it out.
import { readFileSync } from 'node:fs'
import { unpacked } from '../../pwa/worker/show/packing.js'

const { body, headers } = JSON.parse(readFileSync(0, 'utf8'))
process.stdout.write(JSON.stringify(unpacked(body, new Headers(headers))))
