import pytest

from backend.domain.actors import SYSTEM
from backend.domain.cases import DESK_ONLY
from backend.store import case_events, persons
from backend.store.keyring import Tampered
from backend.store.statements import Statement
from tests.people import INGER, YUSUF
from tests.store.conftest import send, wait

CASE_ROW = Statement("case_row", "SELECT id FROM cases WHERE public_id = :public_id")


def written(db, sign):
    kept = send(db, INGER, sign)
    person = wait(db.read(persons.find, INGER, public_id=INGER.subject))
    row = db.read_now(lambda tx, _: tx.one(CASE_ROW, int, public_id=kept.case), SYSTEM)
    for at, (kind, said) in enumerate([("opened", {}), ("asked", {"text": "Lejekontrakt"}), ("note", {"text": "ring"})]):
        db.write_now(case_events.add, INGER, person=person.id, case=row, new=case_events.seal(db.keys, person, kept.case, kind, said), at=at)
    return person, row


def test_what_happened_to_a_case_is_read_in_the_order_in_which_it_happened(db, sign):
    person, row = written(db, sign)
    found = [case_events.opened(db.keys.opener(person), each) for each in wait(db.read(case_events.of_case, INGER, case=row))]
    assert [(one.kind, one.said, one.at) for one in found] == [("opened", {}, 0), ("asked", {"text": "Lejekontrakt"}, 1), ("note", {"text": "ring"}, 2)]
    assert [one.kind for one in found if one.kind not in DESK_ONLY] == ["opened", "asked"]


def test_an_event_opens_for_its_own_person_and_case_alone(db, sign):
    _, row = written(db, sign)
    event = wait(db.read(case_events.of_case, INGER, case=row))[0]
    other = wait(db.read(persons.find, YUSUF, public_id=YUSUF.subject))
    with pytest.raises(Tampered):
        case_events.opened(db.keys.opener(other), event)

