"""A language's content as it travels: each sentence once, in the reader's language, in the order pages meet it.

In services and public pages a sentence is a fraction: 0.5 for the next one not met before, n + 1.5 for the n-th once
more. Nothing else there is a fraction, contexts know whole numbers only. English stays at home: a phone finds what
comes to it in English (a page the server made) by the sentence's mark. The twin is `pwa/worker/show/packing.js`.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from backend.domain import views
from backend.domain.services import Service
from i18n.catalogue import mark
from i18n.messages import SENTENCES

SERVERS_OWN = ("words", "themes", "remember", "deadlines", "outcomes", "brings", "sensitive")
"""Of a service: what only the server reads. Its pages (receipt, case, deadlines) come to the phone as contexts, and
what it searches by as an index (`api/search.py`)."""


class Packer:
    """Walks everything in the order in which the phone will read it."""

    def __init__(self, said: Mapping[str, Any] | None) -> None:
        """`said`: English -> what stands for it; None where English is the reader's language."""
        self.said = said
        self.met: dict[str, int] = {}

    def packed(self, value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            # A figure's unit is a word of our rules ("3 weeks"); pages that show it find it by its mark.
            return {k: each if k == "figures" else self.packed(each, k) for k, each in value.items()}
        if isinstance(value, list):
            return [self.packed(each, key) for each in value]
        if isinstance(value, str) and value and key in SENTENCES and (self.said is None or value in self.said):
            return self.number(value)
        return value

    def number(self, sentence: str) -> float:
        if sentence in self.met:
            return self.met[sentence] + 1.5
        self.met[sentence] = len(self.met)
        return 0.5

    def sentences(self) -> dict[str, Any]:
        """Their texts in the order met, then those that only the server's contexts hold; their marks beside them."""
        if self.said is None:
            return {"said": list(self.met), "marks": ""}
        order = [*self.met, *(each for each in self.said if each not in self.met)]
        return {"said": [self.said[each] for each in order], "marks": "".join(map(mark, order))}


def packed(
    services: Iterable[Service], pages: list[dict[str, Any]], said: Mapping[str, Any] | None, today: str
) -> dict[str, Any]:
    """`{services, public, said, marks}` of a bundle."""
    packer = Packer(said)
    found = {"services": packer.packed([travelling(each, today) for each in services]), "public": packer.packed(pages)}
    return found | packer.sentences()


def travelling(service: Service, today: str) -> dict[str, Any]:
    """The definition as the phone's engine reads it, and the days its start page names. `items` is shortened to how many
    questions stand before each ending."""
    made = {name: value for name, value in msgspec.to_builtins(service).items() if name not in SERVERS_OWN}
    if service.ticks:
        made["deadlines"] = msgspec.to_builtins(service.deadlines)  # the list is made on the phone, with its days
    made["questions"] = [{k: v for k, v in each.items() if k not in SERVERS_OWN} for each in made["questions"]]
    endings = [at for at, item in enumerate(service.items) if item.startswith("e:")]
    return made | {"items": [at - before for before, at in enumerate(endings)], "windows": views.windows(service, {}, {}, today)}
