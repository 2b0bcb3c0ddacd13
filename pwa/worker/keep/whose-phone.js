// What she answers to "Is this your own phone?", heard on its way to the server: it holds at once, also without one.
import * as forms from '../show/forms.js'
import * as phone from './phone.js'

/** @typedef {import('../routes.js').Place} Place */
/** @typedef {'yes' | 'no' | ''} Said */

const ASKED_ON = ['phone', 'step', 'check']

/** Only a phone whose owner has not said yet is asked; "no" after "yes" waits for sign-out.js. @param {Place} at @param {Request} copy @returns {Promise<Said>} '': she said nothing of it */
export const heard = async (at, copy) => {
  if (!ASKED_ON.includes(at.kind) || (await phone.state()).own === 'yes') return ''
  const { said } = await forms.read(copy)
  const own = at.kind === 'phone' ? said.get('own_phone') : /^own:(.*)$/.exec(said.get('do') || '')?.[1]
  if (own !== 'yes' && own !== 'no') return ''
  await phone.declare(own)
  return own
}
