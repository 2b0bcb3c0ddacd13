// Reads the page's main part aloud, a paragraph at a time; tap again to pause, and again to go on.
(function () {
  'use strict'
  var voice = speechSynthesis
  var button = /** @type {HTMLElement | null} */ (document.querySelector('[data-aloud]'))
  if (!button) return
  var words = /** @type {NodeListOf<HTMLElement>} */ (button.querySelectorAll('span'))
  var page = document.documentElement.lang

  /** What stands in the reading order, with the language it stands in. Old phones cut long texts off, so each block is one utterance. */
  function parts() {
    var blocks = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('main h1, main h2, main h3, main p, main li, main dt, main dd, main label, main .main, main .quiet'))
    var found = []
    for (var i = 0; i < blocks.length; i++) {
      var block = blocks[i]
      var inner = block.querySelector('h1, h2, h3, p, li, label, a.row')
      var text = String(block.textContent).replace(/[\u2066-\u2069]/g, '').replace(/\s+/g, ' ').trim()
      if (text && !(inner && String(inner.textContent).trim() === String(block.textContent).trim()) && block.offsetParent !== null) {
        var own = /** @type {HTMLElement | null} */ (block.closest('[lang]'))
        found.push({ text: text, lang: own ? own.lang : page })
      }
    }
    return found
  }

  /** @param {boolean} reading */
  function show(reading) {
    words[0].hidden = reading
    words[1].hidden = !reading
  }

  function start() {
    voice.cancel()
    var rest = parts()
    rest.forEach(function (part, n) {
      var said = new SpeechSynthesisUtterance(part.text)
      said.lang = part.lang
      said.rate = 0.9
      if (n === rest.length - 1) said.onend = function () { show(false) }
      voice.speak(said)
    })
    show(rest.length > 0)
  }

  function press() {
    if (voice.speaking && voice.paused) { voice.resume(); show(true) }
    else if (voice.speaking) { voice.pause(); show(false) }
    else start()
  }

  button.addEventListener('click', press)
  addEventListener('pagehide', function () { voice.cancel() })
  press()
})()
