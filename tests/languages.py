"""Which languages tests look at: read from `i18n/languages.toml`, so that a new language needs no list here."""

from i18n.languages import ALWAYS, PSEUDO, languages

ALL = (*languages(), *PSEUDO)
"""Where a language costs little: parity of templates, plural rules, texts."""
RTL = frozenset(code for code, one in (languages() | PSEUDO).items() if one.dir == "rtl")
LOOKED_AT = (*ALWAYS, next(code for code in languages() if code in RTL))
"""Where each costs minutes, as pages in a browser: Danish, English, and the first that is written from right to left."""
