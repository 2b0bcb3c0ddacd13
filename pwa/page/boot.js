// All that every page runs. Without it every page works; with it the phone keeps pages, and waits for the network.
(function () {
  'use strict'
  var doc = document
  var problem = doc.getElementById('problem')
  if (problem) problem.focus()

  var alive = false // a worker is there to answer without a network

  // A second tap within a second does nothing.
  var last = 0
  doc.addEventListener('submit', function (event) {
    if (Date.now() - last < 1000) event.preventDefault()
    else if (!navigator.onLine && !alive) {
      // Nobody would answer: the browser's own page would take the place of what is typed here.
      event.preventDefault()
      if (line) line.scrollIntoView()
    } else last = Date.now()
  })

  // "I do not know" does not stand beside other answers: the newest tick takes away what it cannot stand with.
  doc.addEventListener('change', function (event) {
    var box = /** @type {HTMLInputElement} */ (event.target)
    if (box.type === 'checkbox' && box.checked) doc.getElementsByName(box.name).forEach(function (other) {
      if (other !== box && ('alone' in other.dataset || 'alone' in box.dataset)) /** @type {HTMLInputElement} */ (other).checked = false
    })
  })

  var line = /** @type {HTMLElement | null} */ (doc.querySelector('[data-offline]'))
  function online() { if (line) line.hidden = navigator.onLine }
  addEventListener('online', online)
  addEventListener('offline', online)
  online()

  // A voice reads the page where the phone has one for the language.
  var button = /** @type {any} */ (doc.querySelector('[data-aloud]'))
  function voices() {
    var lang = doc.documentElement.lang
    if (button && button.hidden && speechSynthesis.getVoices().some(function (v) { return v.lang.slice(0, 2) === lang.slice(0, 2) })) {
      button.hidden = false
      button.addEventListener('click', function () {
        if (button.dataset.loaded) return
        button.dataset.loaded = '1'
        var script = doc.createElement('script')
        script.src = policy ? policy.createScriptURL(button.dataset.aloud) : button.dataset.aloud
        doc.head.appendChild(script)
      })
    }
  }
  // Trusted Types: these two addresses are the only ones a script may come from.
  var trusted = /** @type {any} */ (window).trustedTypes
  var policy = trusted && trusted.createPolicy('app', {
    createScriptURL: function (/** @type {string} */ url) {
      if (url === '/sw.js' || (button && url === button.dataset.aloud && /^\/a\/read-aloud\.\w+\.js$/.test(url))) return url
      throw new TypeError(url)
    },
  })
  if ('speechSynthesis' in window) {
    voices()
    if (speechSynthesis.addEventListener) speechSynthesis.addEventListener('voiceschanged', voices)
  }

  var workers = navigator.serviceWorker
  if (!workers) return
  /** @param {object} what @param {ServiceWorker} [to] */
  function tell(what, to) {
    // Of a first visit no worker is in charge yet; it hears all the same, as soon as it is there.
    workers.ready.then(function (found) {
      var worker = to || workers.controller || found.active
      if (worker) worker.postMessage(what)
    })
  }
  workers.ready.then(function () { alive = true })
  function wake() { tell({ say: 'wake', own: doc.documentElement.dataset.own }) }
  addEventListener('online', wake)
  addEventListener('pageshow', function (event) {
    if (event.persisted) location.reload()
    else wake()
  })

  // What is typed is kept after a pause of two seconds, before anyone presses anything.
  var form = /** @type {HTMLFormElement | null} */ (doc.getElementById('journey'))
  /** @type {number} */
  var timer = 0
  if (form && form.enctype !== 'multipart/form-data') {
    var typing = form
    form.addEventListener('input', function () {
      clearTimeout(timer)
      timer = setTimeout(function () {
        tell({ say: 'typed', url: location.href, body: new URLSearchParams(/** @type {any} */ (new FormData(typing))).toString() })
      }, 2000)
    })
  }

  addEventListener('load', function () {
    workers.register(policy ? policy.createScriptURL('/sw.js') : '/sw.js', { type: 'module', updateViaCache: 'none' }).then(function (found) {
      // A new worker may take over from a page on which nothing is being written.
      function ready() { if (found.waiting && !doc.querySelector('form[method="post"]')) tell({ say: 'take-over' }, found.waiting) }
      ready()
      found.addEventListener('updatefound', function () {
        var next = found.installing
        if (next) next.addEventListener('statechange', ready)
      })
    }, function () { /* an old browser: the server's pages are the whole product */ })
  })
})()
