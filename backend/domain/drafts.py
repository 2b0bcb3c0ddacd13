"""A draft: what was answered so far, on one service, with the revision its device has seen."""

from typing import Any

from msgspec import Struct


class Draft(Struct, frozen=True, kw_only=True):
    """`id` is the generation id, 32 hex digits, which becomes the key of the submission.

    `revision` 0 means: never stored on the server. `raw` is what was typed and not (yet) accepted.
    `sent` is the key it was sent under: then nothing of it is left but this mark, so that Back and a second tap
    on Send find the receipt and not the first question of an empty draft.
    """

    id: str
    service: str
    version: int
    revision: int = 0
    answers: dict[str, Any] = {}
    raw: dict[str, Any] = {}
    facts: dict[str, Any] = {}
    lang: str = ""
    updated_at: str = ""
    device: str = ""
    sent: str = ""

    def says_the_same(self, other: "Draft") -> bool:
        return (self.id, self.version, self.answers, self.raw) == (other.id, other.version, other.answers, other.raw)
