"""A case: what the authority does with a submission, its states and what happens to it.

While the authority works, a case is in one of `WORKING`. What a caseworker decides is an outcome of the service, by its id:
"granted", "refused". `received` and its variants are no decisions.
"""

from typing import Any, Literal

from backend.domain.services import Service

RECEIVED, IN_PROGRESS, WAITING, WITHDRAWN = "received", "in-progress", "waiting", "withdrawn"
WORKING = (RECEIVED, IN_PROGRESS, WAITING)
"""Nobody has it in hand yet; somebody works on it; it waits for the resident."""

EventKind = Literal["opened", "assigned", "status", "asked", "arrived", "question", "corrected", "withdrawn", "restored", "decided", "note", "undone"]
"""`opened`: a caseworker has read it for the first time. `asked`: for a paper, sealed {"task", "say", "text", "lang", "by"}.
`arrived`: what was asked for, {"task", "files"}. `question`: the resident wrote, {"message"}. `restored`: she took it back that she withdrew it. `status`: {"status"}.
`decided`: {"status", "before", "letter", "tasks"}: what it was before, and which tasks ended with it. `undone`: a decision taken
back before its letter could be read, {"status"}."""
DESK_ONLY = frozenset({"note", "undone"})
"""The others stand in the resident's timeline too, once their time has come: a decision tells of itself when its letter can be read."""
UNDO_MS = 60_000
"""A decision can be taken back for so long; its letter can be read after that."""


def decisions(service: Service) -> list[str]:
    """What a caseworker can decide, in the file's order."""
    return [one.id for one in service.outcomes if one.id != RECEIVED and not one.id.startswith(f"{RECEIVED}-")]


def authority_day(deadlines: list[dict[str, Any]]) -> str:
    """The first last day that the authority has set itself; "" for none."""
    return min((one["on"] for one in deadlines if one.get("shape") == "authority-clock" and one.get("on")), default="")


def shown_status(status: str, decided_at: int, now: int) -> str:
    """To the resident: until the letter can be read, a decided case is one that is worked on. Times in epoch ms."""
    return IN_PROGRESS if decided_at > now else status
