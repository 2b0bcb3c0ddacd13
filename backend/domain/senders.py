"""Who sends letters here: the municipality's own are no sender of this list; these are authorities and private organisations."""

from typing import Literal, get_args

from msgspec import Struct

SenderKind = Literal["authority", "private"]
KINDS: tuple[SenderKind, ...] = get_args(SenderKind)
PER_MINUTE = 60
MOST_PER_MINUTE = 100_000
MOST_NAME = 80


class Sender(Struct, frozen=True):
    """`id` stands in letters and in the audit log. A resident switches off only a private one. `is_test`: its key reaches
    nobody. `per_minute`: requests."""

    id: str
    name: str
    kind: SenderKind
    is_test: bool = False
    per_minute: int = PER_MINUTE

    @property
    def is_private(self) -> bool:
        return self.kind == "private"
