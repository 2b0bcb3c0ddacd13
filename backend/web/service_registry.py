"""The services this town offers: the newest version of each, the older ones drafts may still name, and the search."""

from collections.abc import Iterable

from backend.domain import search
from backend.domain.errors import NotFound, VersionGone
from backend.domain.services import Service
from backend.settings import Settings
from backend.web.rendering.words import DEFAULT, Words

THEMES = ("housing", "economy", "children", "retirement", "papers", "help")
COMMON = ("sick-pay", "change-of-address", "passport", "rats")
"""What most people come for, in this order on the home page."""


class ServiceRegistry:
    def __init__(self, newest: dict[str, Service], older: Iterable[Service], settings: Settings, words: Words) -> None:
        self.newest = newest
        self.versions = {(s.id, s.version): s for s in (*older, *newest.values())}
        self.withdrawn = frozenset(settings.withdrawn)
        self.confirmed = {
            id: [c.partition("/")[2] for c in settings.confirmed if c.partition("/")[0] == id] for id in newest
        }
        self.indexes = {code: search.index(texts(newest.values(), words, code)) for code in words.codes}

    def get(self, service: str) -> Service:
        if service not in self.newest:
            raise NotFound(service)
        return self.newest[service]

    def version(self, service: str, version: int) -> Service:
        """The definition a draft or a queued submission was begun under."""
        if service not in self.newest:
            raise NotFound(service)
        if f"{service}@{version}" in self.withdrawn or (service, version) not in self.versions:
            raise VersionGone(f"{service}@{version}")
        return self.versions[service, version]

    def of_old(self, service: str, version: int) -> Service:
        """To show what was sent, also when nobody may begin or finish it any longer. Raises `NotFound`."""
        found = self.versions.get((service, version)) or self.newest.get(service)
        if found is None:
            raise NotFound(service)
        return found

    def find(self, query: str, lang: str) -> list[Service]:
        return [self.newest[id] for id in search.find(self.indexes[lang], query)]

    def by_theme(self) -> list[tuple[str, list[Service]]]:
        """Every theme that has a service, in the order of the house."""
        found = [(theme, [s for s in self.newest.values() if theme in s.themes]) for theme in THEMES]
        return [(theme, services) for theme, services in found if services]

    def common(self) -> list[Service]:
        first = [self.newest[id] for id in COMMON if id in self.newest]
        return first + [s for id, s in self.newest.items() if id not in COMMON][: max(0, 4 - len(first))]


def texts(services: Iterable[Service], words: Words, lang: str) -> dict[str, dict[str, list[str]]]:
    """What the search knows of each service (`words` is one sentence to a translator: a list with commas).

    In the reader's language, and in Danish: many know the Danish word from a letter or a neighbour.
    """
    return {
        s.id: {
            field: [words.plain(code, text) for code in {lang, DEFAULT} for text in said]
            for field, said in {"wish": [s.wish], "title": [s.title], "words": [", ".join(s.words)], "for_whom": [s.for_whom]}.items()
        }
        for s in services
    }
