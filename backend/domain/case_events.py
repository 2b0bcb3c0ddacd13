"""What happened to a case, as a resident reads it: the kinds of event, and which of them she is shown.

Sentences stand in the template (`pwa/templates/macros/timeline.html`), whole, one for each kind.
"""

from typing import Any, Literal, get_args

from msgspec import Struct

Kind = Literal[
    "opened", "asked", "paper", "question", "answered", "status", "decided", "undone", "corrected", "withdrawn", "restored", "booked", "moved",
    "cancelled", "note", "assigned",
]  # fmt: skip
"""`opened`: a caseworker looked at it first. `asked`: for a paper. `paper`, `question`, `corrected`, `withdrawn`, `restored`: by her.
`answered`: her question. `status`, `decided`: by the authority; `undone`: a decision taken back within its minute."""
KINDS: tuple[str, ...] = get_args(Kind)
DESK_ONLY = ("note", "assigned")
"""Never leave the desk."""


class Event(Struct, frozen=True):
    """`at` in epoch ms; `said` is what was sealed with it: {"text": a caseworker's own words, "say": a sentence of the service,
    "name": of a paper, "status", "on"}, each only where the kind has it. `by_staff`: an act of the authority."""

    id: str
    kind: str
    at: int
    said: dict[str, Any]
    by_staff: bool = False


def is_shown(event: Event) -> bool:
    return event.kind in KINDS and event.kind not in DESK_ONLY


def told(event: Event, at: str) -> dict[str, Any]:
    """A row of the timeline; `at`: the town's wall time. Every name is there, '' where the kind has none."""
    said = {name: str(event.said.get(name, "")) for name in ("text", "say", "name", "on")}
    return {"kind": event.kind, "at": at} | said
