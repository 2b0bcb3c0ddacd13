// What an unsteady hand hits: for each target on the page, where taps meant for its middle end, by the share of them.
// Hands of people aged 67 to 81 scatter by 15.8 px around what they aim at (Sultana and Moffatt 2019,
// doi 10.1145/3300178). The scatter is a fixed grid, each tap weighed by how likely it is: a page always gives the same figures.
(() => {
  const SIGMA = 15.8
  const STEP = 0.2
  const slices = []
  for (let z = -4; z <= 4.001; z += STEP) slices.push([SIGMA * z, Math.exp(-z * z / 2)])
  const all = slices.reduce((sum, [, weight]) => sum + weight, 0) ** 2
  const CONTROLS = 'a[href], button, input:not([type=hidden]), textarea, summary, label.row'
  const owner = (element) => {
    const label = element?.closest('label')
    if (label?.control) return label.control
    const found = element?.closest(CONTROLS)
    return found || null
  }
  const isTyped = (one) => one.matches('textarea, input:not([type=radio]):not([type=checkbox]):not([type=file]):not([type=submit])')
  globalThis.taps = () => {
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
      for (const [dx, w] of slices) for (const [dy, v] of slices) {
        const hit = owner(document.elementFromPoint(x + dx, y + dy))
        if (!hit) lost += w * v
        else if (hit !== control && !isTyped(hit)) wrong += w * v
        else if (hit !== control) lost += w * v
      }
      rows.push({ what: (element.textContent || element.getAttribute('name') || '').replace(/\s+/g, ' ').trim().slice(0, 40), lost: lost / all, wrong: wrong / all })
    }
    return rows
  }
})()
