"""The languages on offer and the renderer: which language a page may be asked in, and the page in it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from backend.domain import texts
from backend.domain.dates import DateWords
from backend.settings import Settings
from backend.web.rendering.renderer import Renderer
from i18n import catalogue, formats, languages
from i18n.catalogue import Catalogue

TEMPLATES = Path(__file__).parents[3] / "pwa" / "templates"
DEFAULT = "da"


def date_words() -> DateWords:
    """What people may write in a date, in any of our languages, as it is compared."""
    months, fillers = formats.date_words()
    return {"months": [sorted(set(map(texts.letters, names))) for names in months], "fillers": sorted(set(map(texts.letters, fillers)))}


class Words:
    def __init__(self, settings: Settings, keys: list[Any]) -> None:
        """`keys`: what the numbers in the compiled templates mean, in the order of the phone's list."""
        drafts = settings.demo or settings.drafts_offered
        self.codes = languages.offered(drafts) + (list(languages.PSEUDO) if settings.pseudo else [])
        self.catalogues: dict[str, Catalogue] = {
            code: catalogue.load(code, settings.services) for code in self.codes
        }
        self.offered = [
            {key: self.catalogues[code].about[key] for key in ("code", "name", "dir")} for code in self.codes
            if code not in languages.PSEUDO
        ]  # fmt: skip
        self.renderer = Renderer(TEMPLATES, self.catalogues, self.offered)
        self.keys = keys
        self.states = [self.state(code) for code in languages.languages()]

    def state(self, code: str) -> dict[str, Any]:
        """How complete a language is and who has read it, for the page that says so."""
        one = languages.languages()[code]
        return {
            "code": code, "name": one.name, "dir": one.dir, "state": one.state, "done": self.done_percent(code),
            "checked_by": one.role, "checked_on": one.date, "offered": int(code in self.catalogues),
        }  # fmt: skip

    def done_percent(self, code: str) -> int:
        """Of all sentences of pages and services, those this language has itself; rounded down, for 100 means all."""
        words = self.catalogues.get(code) or catalogue.load(code)
        keys = {(context, one): many for context, one, many in self.keys} | {key: "" for key in words.spoken}
        own = sum(words.find(key, many).lang == code for key, many in keys.items())
        return 100 if code == "en" else own * 100 // max(1, len(keys))

    def offers(self, lang: str) -> bool:
        return lang in self.catalogues

    def render(self, page: str, context: Mapping[str, Any], lang: str, assets: Mapping[str, str]) -> str:
        return self.renderer.render(page, context, lang, assets)

    def plain(self, lang: str, sentence: str) -> str:
        """A service's own sentence as bare text, for titles of calendar files and for the search."""
        return self.catalogues[lang].plain_say(sentence)

    def pick(self, wished: str, accepted: str) -> str:
        """The wished language if it is on offer, else the best of an `Accept-Language` header, else Danish."""
        if wished in self.catalogues:
            return wished
        found = [(weight, -place, code) for place, (code, weight) in enumerate(read_accept(accepted)) if weight > 0]
        offered = [code for weight, place, code in sorted(found, reverse=True) if code in self.catalogues]
        return offered[0] if offered else DEFAULT


def read_accept(header: str) -> list[tuple[str, float]]:
    """`da-DK,da;q=0.9` -> [("da", 1.0), ("da", 0.9)]; what cannot be read weighs nothing."""
    pairs = []
    for part in header[:500].split(","):
        name, _, q = part.partition(";")
        try:
            weight = float(q.strip().removeprefix("q=") or 1)
        except ValueError:
            weight = 0.0
        pairs.append((name.strip().lower().partition("-")[0], weight))
    return pairs
