"""A draft: what was answered so far, on one service, with the revision its device has seen."""

from typing import Any

import msgspec
from msgspec import Struct

from backend.domain import kinds, rows, services
from backend.domain.services import Question, Service

LONGEST = 10_000
"""Characters of what was typed, as `answers.keep_typed` keeps them."""
MOST_TYPED = 4 * LONGEST
"""Characters of everything typed and not accepted: on most pages there is one such field."""
MESSAGE = "post/write"
"""What a message to the authority is called where a service's name stands otherwise: no service can have it."""
MOST_PARTS, LONGEST_PART, MOST_PEOPLE = 60, 300, 30


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


def fitted(draft: Draft, service: Service) -> Draft:
    """What of it belongs to this service and has a size a person writes. A phone of ours sends nothing else; anybody
    else could keep whatever they like in a draft."""
    answers = {question.id: draft.answers[question.id] for question in service.questions if fits(question, "", draft.answers)}
    for group in service.groups:
        there = draft.answers.get(group.id)
        inside = services.of_group(service, group.id)
        most = MOST_PEOPLE if group.each else group.at_most
        kept = [row_of(row, inside) for row in there if rows.is_row(row)][:most] if isinstance(there, list) else []
        answers |= {group.id: kept} if group.id in draft.answers else {}
    return msgspec.structs.replace(draft, answers=answers, raw=typed(draft.raw, service))


def row_of(row: dict[str, Any], inside: list[Question]) -> dict[str, Any]:
    answers = {question.id: row["answers"][question.id] for question in inside if fits(question, question.group, row["answers"])}
    return {"id": row["id"][:LONGEST_PART], "answers": answers, "more": row["more"]}


def fits(question: Question, group: str, answers: dict[str, Any]) -> bool:
    """Words, a number, a list of short words, or a few short parts. Whether it answers the question is judged elsewhere."""
    value = answers.get(question.id, answers)
    if question.group != group or value is answers:
        return False
    if isinstance(value, str):
        return len(value) <= kinds.MAX_LENGTH.get(question.kind, LONGEST_PART)
    parts = value if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else [value]
    names = list(value) if isinstance(value, dict) else []
    return len(parts) <= MOST_PARTS and all(map(is_short, [*parts, *names]))


def is_short(part: Any) -> bool:
    return len(part) <= LONGEST_PART if isinstance(part, str) else part is None or isinstance(part, (int, float))


def typed(raw: dict[str, Any], service: Service) -> dict[str, Any]:
    """Fields of its questions, whose names begin with the question's id; those that came first."""
    left, kept = MOST_TYPED, {}
    for name, value in raw.items():
        known = any(name == question.id or name.startswith(question.id + "_") for question in service.questions)
        if known and len(name) <= LONGEST_PART and isinstance(value, str) and len(name) + len(value) <= left:
            left -= len(name) + len(value)
            kept[name] = value
    return kept
