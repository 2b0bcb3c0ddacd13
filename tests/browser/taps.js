// What an unsteady hand hits: for each target on the page, where taps meant for its middle end, by the share of them.
// Hands of people aged 67 to 81 scatter by 15.8 px around what they aim at (Sultana and Moffatt 2019,
// doi 10.1145/3300178). The scatter is a fixed grid, each tap weighed by how likely it is: a page always gives the same figures.
(() => {
  const SIGMA = 15.8
  const STEP = 0.2
  const EDGE = 4
  const steps = Math.round(4 / STEP)
  const slices = Array.from({ length: 2 * steps + 1 }, (_, at) => [SIGMA * STEP * (at - steps), Math.exp(-((STEP * (at - steps)) ** 2) / 2)])
  const all = slices.reduce((sum, [, weight]) => sum + weight, 0) ** 2
  const CONTROLS = 'a[href], button, input:not([type=hidden]), textarea, summary, label.row'
  const found = (element) => element.closest('label')?.control || element.closest(CONTROLS)
  let owners
  const owner = (element) => {
    if (!element) return null
    if (!owners.has(element)) owners.set(element, found(element))
    return owners.get(element)
  }
  // The whole grid is known from every fourth line (12.6 px) where the four corners of a field and its middle have one
  // owner: what is smaller than that and stands alone is no target (48 px). Any other field is asked tap by tap; with an
  // `edge` of 1, every field.
  const grid = (x, y, edge) => {
    const hits = slices.map(() => new Array(slices.length))
    const hit = (i, j) => {
      if (hits[i][j] === undefined) hits[i][j] = owner(document.elementFromPoint(x + slices[i][0], y + slices[j][0]))
      return hits[i][j]
    }
    const fields = []
    for (let i = 0; i + edge < slices.length; i += edge) for (let j = 0; j + edge < slices.length; j += edge) fields.push([i, j])
    for (const [i, j] of fields) {
      const first = hit(i, j)
      const looks = [[i, j + edge], [i + edge, j], [i + edge, j + edge], [i + (edge >> 1), j + (edge >> 1)]]
      const alike = looks.every((at) => hit(...at) === first)
      for (let a = i; a <= i + edge; a++) for (let b = j; b <= j + edge; b++) if (hits[a][b] === undefined) { if (alike) hits[a][b] = first; else hit(a, b) }
    }
    return hits
  }
  const isTyped = (one) => one.matches('textarea, input:not([type=radio]):not([type=checkbox]):not([type=file]):not([type=submit])')
  globalThis.taps = (edge = EDGE) => {
    owners = new Map()
    const seen = new Set()
    const rows = []
    for (const element of document.querySelectorAll('a[href], button, label.row, input[type=file], textarea, input.typed')) {
      const control = owner(element)
      if (!control || seen.has(control) || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue
      if (element.matches('.skip')) continue
      seen.add(control)
      element.scrollIntoView({ block: 'center' })
      const box = element.getBoundingClientRect()
      if (box.width < 2 || box.height < 2) continue
      const x = box.left + box.width / 2, y = box.top + box.height / 2
      let lost = 0, wrong = 0
      const hits = grid(x, y, edge)
      for (const [i, [, w]] of slices.entries()) for (const [j, [, v]] of slices.entries()) {
        const hit = hits[i][j]
        if (!hit) lost += w * v
        else if (hit !== control && !isTyped(hit)) wrong += w * v
        else if (hit !== control) lost += w * v
      }
      rows.push({ what: (element.textContent || element.getAttribute('name') || '').replace(/\s+/g, ' ').trim().slice(0, 40), lost: lost / all, wrong: wrong / all })
    }
    return rows
  }
})()
