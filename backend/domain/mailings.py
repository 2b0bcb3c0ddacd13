"""One letter to many: the lines of a list, and what becomes of each. Values only."""

from typing import Literal

from msgspec import Struct

Audience = Literal["all", "list"]
State = Literal["filling", "running", "paused", "cancelled", "done"]
"""`filling`: its list is being taken in, and nothing is sent. `running` before its time waits for it."""

OUTCOMES = {
    "ready": "not sent yet",
    "mailbox": "in the mailbox",
    "paper": "in the mailbox, and to be printed: gets paper",
    "unknown": "refused: nobody in the register has this number",
    "mistyped": "refused: nobody has this number, and its check digit is wrong, so it is mistyped or from after 2007",
    "twice": "refused: stands in the list a second time; the first line counts",
    "already": "refused: got this letter in an earlier run",
    "dead": "refused: the register says dead",
    "moved": "refused: the register says moved out of the country",
    "missing": "refused: the register says missing",
    "erased": "refused: erased since the list was taken in",
    "damaged": "refused: what is kept of this person cannot be read (medborger check)",
}
"""For the operator. Anything else is "column/why" of a line that could not be read."""
SENT = ("mailbox", "paper")


class Line(Struct, frozen=True):
    """A line of the list that can be read. `number` counts from 1, the header included; `fields` fill the letter's gaps."""

    number: int
    cpr: str
    fields: dict[str, str] = {}
    is_checked: bool = True
    """Its check digit fits (modulus 11), as it does for nearly all numbers."""


class Unreadable(Struct, frozen=True):
    """A line of which nothing can be taken: `field` "" means all of it."""

    number: int
    field: str
    why: str

    @property
    def outcome(self) -> str:
        return f"{self.field}/{self.why}"


class Total(Struct, frozen=True):
    """`total` = `to_mailbox` + `to_paper` + `refused`, once it is done. Who gets paper is not counted as mailbox too."""

    total: int
    to_mailbox: int
    to_paper: int
    refused: int

    @property
    def left(self) -> int:
        return self.total - self.to_mailbox - self.to_paper - self.refused
