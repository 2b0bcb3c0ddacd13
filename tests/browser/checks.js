// What axe does not see, page by page. Runs in a world of its own beside the page, so that the page's own
// Content-Security-Policy stays as it is. Each check answers a list of sentences: what is wrong, and where.
// The ids are those of the design's rules for pages.

(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)]
  const style = (element) => getComputedStyle(element)
  const px = (text) => parseFloat(text) || 0
  const words = (element) => (element.textContent || '').replace(/[\u2066-\u2069\s]+/g, ' ').trim()
  const where = (element) => {
    const name = element.tagName.toLowerCase() + (element.id ? '#' + element.id : '') +
      (typeof element.className === 'string' && element.className ? '.' + element.className.trim().replace(/\s+/g, '.') : '')
    return `<${name}> "${words(element).slice(0, 40) || element.getAttribute('name') || element.getAttribute('href') || ''}"`
  }
  const round = (number) => Math.round(number * 10) / 10
  const isSpoken = (element) => {                              // there for ears only: clipped to a dot, or off the page
    const box = element.getBoundingClientRect()
    const look = style(element)
    return box.width <= 1 || box.height <= 1 || (look.clip !== 'auto' && look.position === 'absolute') || look.clipPath !== 'none' ||
      box.right < 0 || box.bottom + scrollY < 0
  }
  const isSeen = (element) => {
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false
    for (let up = element; up && up !== document.body; up = up.parentElement) if (isSpoken(up)) return false
    return true
  }
  const texts = () => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const found = new Map()
    while (walker.nextNode()) {
      const parent = walker.currentNode.parentElement
      if (walker.currentNode.data.trim() && parent && !parent.closest('script, style, noscript, title') && !found.has(parent) && isSeen(parent)) found.set(parent, words(parent))
    }
    return [...found.keys()]
  }
  const CONTROLS = 'a[href], button, input:not([type=hidden]), textarea, summary, select, [tabindex="0"]'
  const isInSentence = (link) => {                             // a link with words of the same block beside it
    if (link.tagName !== 'A') return false
    const block = link.closest('p, li, dd, td, label, span, div')
    if (!block || style(link).display !== 'inline') return false
    return words(block).length > words(link).length + 1
  }
  // What a finger aims at: the row of a radio, else the control itself.
  const target = (control) => {
    if (/^(radio|checkbox)$/.test(control.type || '')) {
      const label = control.closest('label') || (control.id && document.querySelector(`label[for="${CSS.escape(control.id)}"]`))
      if (label) return [label]
    }
    return [control]
  }
  const targets = () => {
    const found = new Set()
    for (const control of all(CONTROLS)) {
      for (const one of target(control)) if (isSeen(one) && !isInSentence(one)) found.add(one)
    }
    return [...found]
  }
  const gap = (a, b) => Math.max(a.left - b.right, b.left - a.right, a.top - b.bottom, b.top - a.bottom)

  const colour = (text) => {
    const found = text.match(/[\d.]+/g)
    if (!found) return [0, 0, 0, 0]
    if (text.startsWith('color(')) return [...found.slice(0, 3).map((n) => n * 255), found.length > 3 ? +found[3] : 1]
    return [+found[0], +found[1], +found[2], found.length > 3 ? +found[3] : 1]
  }
  const light = ([r, g, b]) => {
    const part = (n) => { const v = n / 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4 }
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b)
  }
  const contrast = (a, b) => { const [x, y] = [light(a), light(b)].sort((m, n) => n - m); return (x + 0.05) / (y + 0.05) }
  const ground = (element) => {
    for (let up = element; up; up = up.parentElement) {
      const back = colour(style(up).backgroundColor)
      if (back[3] > 0.98) return back
    }
    return [255, 255, 255, 1]
  }

  const overflows = (element) => {
    const look = style(element)
    if (look.display === 'inline' || /scroll|auto/.test(look.overflowX + look.overflowY)) return false
    const hidden = /hidden|clip/.test(look.overflowX + look.overflowY)
    return hidden && (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1)
  }
  const clipped = () => texts().filter((element) => {
    for (let up = element; up && up !== document.body; up = up.parentElement) if (overflows(up)) return true
    return false
  }).map((element) => `${where(element)} is cut off`)
  const sideways = () => {
    const room = document.documentElement.clientWidth
    if (document.documentElement.scrollWidth <= room + 0.5) return []
    const wide = all('body *').filter((one) => isSeen(one) && (one.getBoundingClientRect().right > room + 1 || one.getBoundingClientRect().left < -1))
    return [`the page is ${document.documentElement.scrollWidth} px wide in ${room}: ${wide.slice(-2).map(where).join(', ')}`]
  }

  const checks = {
    s1: () => {
      const wrong = texts().filter((one) => px(style(one).fontSize) < 16).map((one) => `${where(one)} is ${style(one).fontSize}`)
      if (px(style(document.body).fontSize) < 20) wrong.push(`body text is ${style(document.body).fontSize}`)
      for (const one of texts().filter((one) => !one.closest('button.link'))) {
        const height = style(one).lineHeight
        const least = /^H1$/.test(one.tagName) || one.closest('h1') ? 1.39 : 1.49
        if (height !== 'normal' && px(height) / px(style(one).fontSize) < least) wrong.push(`${where(one)} has lines of ${height} for ${style(one).fontSize}`)
      }
      return wrong
    },
    s3: () => all('main p, main li, main dd').filter((one) => isSeen(one) && words(one).length > 90)
      .filter((one) => one.getBoundingClientRect().width / px(style(one).fontSize) > 40).map((one) => `${where(one)} has lines of ${round(one.getBoundingClientRect().width / px(style(one).fontSize))} em`),
    s5: () => texts().flatMap((one) => {
      const look = style(one)
      const wrong = []
      if (!one.closest('button') && /justify|center/.test(look.textAlign)) wrong.push(`${where(one)} is aligned ${look.textAlign}`)
      if (look.fontStyle !== 'normal') wrong.push(`${where(one)} is ${look.fontStyle}`)
      if (/underline/.test(look.textDecorationLine) && !one.closest('a, button, summary')) wrong.push(`${where(one)} is underlined and no link`)
      return wrong
    }),
    s7: () => all('button, a[href]').filter(isSeen).filter((one) => {
      const look = style(one)
      const back = colour(look.backgroundColor)[3] > 0
      const line = ['Top', 'Bottom', 'Left', 'Right'].some((side) => px(look[`border${side}Width`]) >= 1 && look[`border${side}Style`] !== 'none' && colour(look[`border${side}Color`])[3] > 0)
      const under = [one, ...all('*', one)].some((part) => /underline/.test(style(part).textDecorationLine))
      return isInSentence(one) ? !under : !(back || line || under || one.querySelector('svg, img'))
    }).map((one) => `${where(one)} looks like plain text`),
    s8: () => all('a[href], button, summary').filter(isSeen).filter((one) => ![one, ...all('*', one)].some((part) =>
      [...part.childNodes].some((node) => node.nodeType === 3 && node.data.trim()) && isSeen(part))).map((one) => `${where(one)} has no visible word`),
    s9: sideways,
    s10: () => [...clipped(), ...sideways()],
    s11: () => all('body *').filter((one) => /fixed|sticky/.test(style(one).position) && isSeen(one))
      .filter((one) => one.getBoundingClientRect().height > innerHeight * 0.15).map((one) => `${where(one)} sticks and covers ${round(one.getBoundingClientRect().height)} of ${innerHeight} px`),
    t1: () => targets().flatMap((one) => {
      const box = one.getBoundingClientRect()
      const isRow = one.tagName === 'LABEL' || (one.tagName === 'BUTTON' && /^(continue|send)$/.test(one.value))
      const least = isRow ? 56 : 48
      return box.width < 47.9 || box.height < least - 0.1 ? [`${where(one)} is ${round(box.width)} × ${round(box.height)}, at least 48 × ${least}`] : []
    }),
    t2: () => {
      const found = targets()
      const boxes = found.map((one) => one.getBoundingClientRect())
      const wrong = []
      for (let i = 0; i < found.length; i++) {
        for (let j = i + 1; j < found.length; j++) {
          if (found[i].contains(found[j]) || found[j].contains(found[i])) continue
          const space = gap(boxes[i], boxes[j])
          if (space < 7.9) wrong.push(`${round(space)} px between ${where(found[i])} and ${where(found[j])}`)
        }
      }
      return wrong
    },
    t3: () => all('input[type=radio], input[type=checkbox]').flatMap((control) => {
      const [row] = target(control)
      if (row === control) return [`${where(control)} has no row`]
      row.scrollIntoView({ block: 'center' })
      const box = row.getBoundingClientRect()
      const inset = 4 + px(style(row).borderTopLeftRadius) * 0.3
      const corners = [[box.left + inset, box.top + inset], [box.right - inset, box.top + inset], [box.left + inset, box.bottom - inset], [box.right - inset, box.bottom - inset]]
      return corners.every(([x, y]) => { const hit = document.elementFromPoint(x, y); return hit && (row.contains(hit) || hit === control) }) ? [] : [`${where(row)} does not answer in each corner`]
    }),
    t4: () => {
      const zoom = document.querySelector('meta[name=viewport]')?.content || ''
      return /user-scalable|maximum-scale/.test(zoom) || !zoom ? [`viewport: ${zoom}`] : []
    },
    t5: () => [
      ...all('video[autoplay], audio[autoplay], marquee, blink, [title]').filter((one) => one.closest('body') && !one.closest('svg')).map((one) => `${where(one)} moves, sounds or hides words behind hovering`),
      ...all('meta[http-equiv=refresh]').map(() => 'the page reloads itself'),
      ...document.getAnimations().map((one) => `an animation runs: ${one.animationName || one.transitionProperty || ''}`)
    ],
    t7: () => all('[disabled], [aria-disabled=true]').map((one) => `${where(one)} cannot be pressed`),
    p1: () => all('h1').length === 1 && words(all('h1')[0]) ? [] : [`${all('h1').length} headings of the first kind`],
    p2: () => {                                                   // free times stand in lists by day: a list, no choice
      const groups = new Map()
      for (const radio of all('input[type=radio]')) if (!radio.closest('.times')) groups.set(radio.name, (groups.get(radio.name) || 0) + 1)
      return [...[...groups].filter(([, count]) => count > 7).map(([name, count]) => `${count} choices in ${name}`), ...all('select').map((one) => `${where(one)} is a drop-down`)]
    },
    p3: () => {
      const many = all('main button').filter((one) => isSeen(one) && /^(continue|send)$/.test(one.value))
      return many.length > 1 ? [`${many.length} main buttons`] : many.filter((one) => !words(one)).map((one) => `${where(one)} says nothing`)
    },
    p6: () => all('header a[href]').some((one) => isSeen(one) && /^\/[\w-]+\/$/.test(one.getAttribute('href') || '') && words(one)) ? [] : ['no visible word in the header leads home'],
    p10: () => all('dialog, [role=dialog], [role=alertdialog], [popover]').map((one) => `${where(one)} pops up`),
    p11: () => all('[target]').map((one) => `${where(one)} opens a window`),
    f5: () => [
      ...all('[placeholder]').map((one) => `${where(one)} has a placeholder`),
      ...all('input:not([type=hidden]):not([type=submit]), textarea').filter((one) => isSeen(target(one)[0]) && ![...(one.labels || [])].some((label) => isSeen(label) && words(label))).map((one) => `${where(one)} has no visible label`)
    ],
    f6: () => all('main form [autocomplete=off], main form [onpaste]').map((one) => `${where(one)} loses or refuses text`),
    e1: () => all('main form').filter((one) => one.method === 'post' && !one.noValidate && one.querySelector('textarea, input:not([type=hidden])')).map((one) => `${where(one)} lets the browser complain in its own words`),
    h1: () => all('a[href^="tel:"]').some((one) => isSeen(one) && /\d\d \d\d/.test(words(one))) ? [] : ['no phone number with digits'],
    // Offered languages are whole: a sentence that falls back to another one is a sentence somebody forgot.
    w9: () => all('.foreign').map((one) => `${where(one)} stands in ${one.lang}`),
    l2: () => all('footer a[href$="/accessibility"]').some(isSeen) ? [] : ['no link to the accessibility statement in the footer'],
    f10: () => {
      const others = new Set([...all('a[href][hreflang], a[href][lang]').map((one) => one.hreflang || one.lang), ...all('button[name=do][value^="lang:"]').map((one) => one.value.slice(5))])
      const way = all('header a[href$="/languages"], header a[href*="#lang"], header a[href*="languages"], header summary').length
      return others.size || way ? [] : ['no way to another language']
    },
    c1: () => [
      ...all('script:not([src]), style, [style]').map((one) => `${where(one)} is inline`),
      ...all('*').flatMap((one) => [...one.attributes].filter((a) => /^on/.test(a.name)).map((a) => `${where(one)} has ${a.name}`)),
      ...all('a[href^="javascript:"]').map(where)
    ],
    u2: () => document.querySelector('link[rel=manifest]')?.getAttribute('href')?.includes('lang=' + document.documentElement.lang.split('-')[0]) || document.documentElement.lang.startsWith('qps') ? [] : ['no manifest of this language']
  }

  // Looks that a medium changes; asked for by name, not on every page load.
  const media = {
    s12: () => all(CONTROLS).filter((one) => isSeen(target(one)[0])).filter((one) => {
      const [box] = target(one)
      return !isInSentence(box) && ![one, box, ...all('*', box)].some((part) => {
        const look = style(part)
        return (px(look.borderTopWidth) > 0 && look.borderTopStyle !== 'none' && colour(look.borderTopColor)[3] > 0) ||
          (px(look.borderBottomWidth) > 0 && look.borderBottomStyle !== 'none' && colour(look.borderBottomColor)[3] > 0) ||
          /underline/.test(look.textDecorationLine) || (/^(radio|checkbox|file)$/.test(part.type || '') && look.appearance !== 'none')
      })
    }).map((one) => `${where(one)} has no line of its own`),
    h7: () => [                                                   // on paper: black on white, large, no way to go on
      ...texts().filter((one) => px(style(one).fontSize) < 18.6).map((one) => `${where(one)} is printed at ${style(one).fontSize}`),
      ...texts().filter((one) => contrast(colour(style(one).color), [255, 255, 255, 1]) < 12).map((one) => `${where(one)} is printed in ${style(one).color}`),
      ...all('.main, .quiet, nav, .bar').filter(isSeen).map((one) => `${where(one)} is printed and leads nowhere`)
    ],
    // A word of a heading goes on in the next line at a sign that allows it, or not at all.
    broken: () => all('h1, h2, h3').filter(isSeen).flatMap((heading) => {
      const walker = document.createTreeWalker(heading, NodeFilter.SHOW_TEXT)
      const wrong = []
      const range = document.createRange()
      let top = null
      while (walker.nextNode()) {
        const text = walker.currentNode.data
        for (let at = 0; at < text.length; at += 1) {
          range.setStart(walker.currentNode, at)
          range.setEnd(walker.currentNode, at + 1)
          const box = [...range.getClientRects()].at(-1)
          if (!box || !box.width) continue
          if (top !== null && box.top - top > box.height / 2 && at && /[^\s\u00ad\u2066-\u2069-]/.test(text[at - 1])) wrong.push(`${where(heading)} breaks "${text.slice(Math.max(0, at - 10), at)}|${text.slice(at, at + 10)}"`)
          top = box.top
        }
      }
      return wrong
    }),
    clipped, sideways
  }

  // The ring of the element that has the focus now.
  const focus = () => {
    const one = document.activeElement
    if (!one || one === document.body || one === document.documentElement) return null
    let ring = null
    const near = [one, ...target(one), ...(one.nextElementSibling ? [one.nextElementSibling] : []), one.parentElement].filter(Boolean)
    for (const part of near) {
      const look = style(part)
      if (look.outlineStyle !== 'none' && px(look.outlineWidth) > 0) { ring = { part, look }; break }
    }
    const box = one.getBoundingClientRect()
    const wrong = []
    if (!ring) wrong.push(`${where(one)} shows no focus`)
    else {
      if (ring.look.outlineStyle === 'auto' || px(ring.look.outlineWidth) < 3) wrong.push(`${where(one)} has a ring of ${ring.look.outlineWidth} ${ring.look.outlineStyle}`)
      const around = ground(ring.part.parentElement || ring.part)
      const ratio = contrast(colour(ring.look.outlineColor), around)
      if (ratio < 3) wrong.push(`${where(one)} has a ring of contrast ${round(ratio)}`)
    }
    const seen = box.bottom > 0 && box.top < innerHeight
    if (!seen) wrong.push(`${where(one)} has the focus and is out of sight`)
    const x = Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 2)
    const y = Math.min(Math.max(box.top + Math.min(box.height / 2, 20), 1), innerHeight - 2)
    const top = seen && document.elementFromPoint(x, y)
    if (top) for (let up = top; up; up = up.parentElement) if (/fixed|sticky/.test(style(up).position) && !up.contains(one)) { wrong.push(`${where(one)} is covered by ${where(up)}`); break }
    const key = all('*').indexOf(one)
    return { key, wrong }
  }

  const focusable = () => {
    const groups = new Set()
    return all(CONTROLS).filter((one) => {
      if (!one.checkVisibility({ visibilityProperty: true }) || one.tabIndex < 0) return false
      if (one.type !== 'radio') return true
      if (groups.has(one.name)) return false
      return groups.add(one.name)
    }).length
  }

  // The ring of each element that the Tab key meets: looked at when the next Tab comes, for by then the page has scrolled.
  let met = []
  const walk = () => {
    document.activeElement.blur()
    scrollTo(0, 0)
    met = []
    let first = true
    addEventListener('keydown', () => { if (!first) met.push(focus()); first = false }, true)
    return focusable()
  }

  // A check under a style laid on top, as a reader's own style sheet lies on top.
  const under = (css, check) => {
    const laid = new CSSStyleSheet()
    laid.replaceSync(css)
    document.adoptedStyleSheets = [laid]
    try { return check() } finally { document.adoptedStyleSheets = [] }
  }

  globalThis.gates = {
    run: (spacing) => ({
      wrong: { ...Object.fromEntries(Object.entries(checks).map(([rule, check]) => [rule, check()])), s10: [...checks.s10(), ...under(spacing, checks.s10)] },
      meta: { lang: document.documentElement.lang, dir: document.documentElement.dir },
      text: texts().filter((one) => !one.closest('bdi, [translate=no], input, textarea')).map(words)
    }),
    one: (rule) => (checks[rule] || media[rule])(),
    walk,
    walked: () => met
  }
})()
