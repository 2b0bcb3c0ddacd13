"""What the link in a message leads to. It signs nobody in: only who is signed in as the person it was for gets further."""

from backend.domain.actors import Actor
from backend.store import appointments, notices, persons
from backend.store.statements import Tx


def follow(tx: Tx, actor: Actor, public_id: str, now: int) -> tuple[str, str, str]:
    """(kind of matter, its id, service) of her own notice, which counts as opened from now on; ("", "", "") for any other.
    An appointment leads to its case."""
    person = persons.find(tx, actor, actor.subject).id
    row = notices.find(tx, actor, person, public_id)
    if row is None:
        return "", "", ""
    notices.opened(tx, actor, person, public_id, now)
    return place(tx, actor, row)


def places(tx: Tx, actor: Actor) -> list[tuple[str, str, str, str]]:
    """(public id, kind, id, service) of each of her open notices, for a phone that may have no network when one is pressed."""
    person = persons.find(tx, actor, actor.subject).id
    return [(row.public_id, *place(tx, actor, row)) for row in notices.of_person(tx, actor, person)]


def place(tx: Tx, actor: Actor, row: notices.Row) -> tuple[str, str, str]:
    kind, _, id = row.matter.partition("/")
    if kind == "appointment":
        return "case", appointments.case_of(tx, actor, row.person, id), row.service
    return kind, id, row.service
