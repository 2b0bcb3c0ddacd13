"""A decision is whole or not at all, told to nobody before its letter, and taken back within its minute."""

from datetime import timedelta

import msgspec
import pytest

from backend.domain.actors import SYSTEM
from backend.domain.errors import CaseMoved, Invalid, TooLate
from backend.store import cases, casework, decisions, letters, notices, withdrawals
from backend.store.statements import Statement
from tests.people import INGER, VISITOR
from tests.store.conftest import NOW, send, wait
from tests.store.staffed import MARIE, OLE, acting
from tests.store.test_casework import WANTED, opened, place, staffed  # noqa: F401
from tests.written import letter

SOON, LATER = NOW + timedelta(seconds=59), NOW + timedelta(seconds=61)
EVERYTHING = {
    "cases": "SELECT status, decided_at, due_on, looked_at, assigned FROM cases",
    "tasks": "SELECT public_id, done_at FROM task ORDER BY id",
    "notices": "SELECT public_id, ended_at, ended_why FROM notice WHERE next_at IS NOT NULL ORDER BY id",
    "mailbox": "SELECT person, letter FROM mailbox",
    "prints": "SELECT person, letter FROM print_job",
}


def state(db):
    return {
        name: db.scan_now(lambda tx, _, text=text: tx.all(Statement("all", text), lambda *row: row), SYSTEM)
        for name, text in EVERYTHING.items()
    }


def asked(db, sign):
    """Inger's case, opened, and waiting for a paper."""
    case = send(db, INGER, sign).case
    here = opened(db, case).place
    wait(casework.ask(db, acting(MARIE), here, here.revision, WANTED, NOW))
    return place(db, case)


def decide(db, here, status="closed", staff=MARIE, seen=None, **said):
    said = {"letter": letter(), "now": NOW} | said
    return wait(decisions.decide(db, acting(staff), here, here.revision if seen is None else seen, status, **said))


def test_a_decision_is_a_letter_a_status_an_end_of_what_was_left_and_an_event(staffed, sign):  # noqa: F811
    here = asked(staffed, sign)
    decided = decide(staffed, here)
    assert (place(staffed, here.id).status, place(staffed, here.id).decided_at) == ("closed", decided.until)
    [held] = wait(letters.page(staffed, INGER, LATER))
    assert (held.id, held.received_at) == (decided.letter, decided.until)
    assert wait(cases.get(staffed, INGER, here.id)).tasks == []
    matters = {row.matter for row in staffed.read_now(lambda tx, _: notices.of_person(tx, SYSTEM, here.owner), SYSTEM)}
    assert matters == {f"letter/{decided.letter}"}
    event = opened(staffed, here.id).events[-1]
    assert (event.kind, event.staff, event.said["status"], event.at) == ("decided", "Marie Holst", "closed", decided.until)


def test_the_second_caseworker_is_told_who_decided_what_and_nothing_of_hers_is_kept(staffed, sign):  # noqa: F811
    here = asked(staffed, sign)
    decide(staffed, here)
    before = state(staffed)
    with pytest.raises(CaseMoved) as told:
        decide(staffed, here, "visited", OLE)
    assert (told.value.kind, told.value.by, told.value.status) == ("decided", "Marie Holst", "closed")
    assert state(staffed) == before


def test_taken_back_within_the_minute_the_case_is_as_it_was_and_no_letter_ever_came(staffed, sign):  # noqa: F811
    here = asked(staffed, sign)
    before = state(staffed)
    decide(staffed, here)
    wait(decisions.take_back(staffed, acting(MARIE), place(staffed, here.id), SOON))
    assert state(staffed) == before
    assert wait(letters.page(staffed, INGER, LATER)) == []
    assert [e.kind for e in opened(staffed, here.id).events] == ["opened", "asked", "undone"]


def test_after_its_minute_a_decision_is_not_taken_back(staffed, sign):  # noqa: F811
    here = asked(staffed, sign)
    decide(staffed, here)
    before = state(staffed)
    for now in (LATER, LATER + timedelta(days=1)):
        with pytest.raises(TooLate):
            wait(decisions.take_back(staffed, acting(MARIE), place(staffed, here.id), now))
    assert state(staffed) == before


def test_where_nothing_was_decided_nothing_is_taken_back_and_twice_is_once(staffed, sign):  # noqa: F811
    here = asked(staffed, sign)
    for _ in range(2):
        with pytest.raises(TooLate):
            wait(decisions.take_back(staffed, acting(MARIE), here, SOON))
        decide(staffed, place(staffed, here.id))
        wait(decisions.take_back(staffed, acting(MARIE), place(staffed, here.id), SOON))


def test_a_decided_case_can_be_decided_anew_and_that_alone_taken_back(staffed, sign):  # noqa: F811
    here = asked(staffed, sign)
    decide(staffed, here, "visited")
    with pytest.raises(CaseMoved):
        decide(staffed, place(staffed, here.id), now=SOON)
    before = state(staffed)
    decide(staffed, place(staffed, here.id), now=LATER)
    wait(decisions.take_back(staffed, acting(OLE), place(staffed, here.id), LATER))
    assert state(staffed) == before and before["cases"][0][0] == "visited"


def test_a_letter_that_lacks_an_answer_changes_nothing(staffed, sign):  # noqa: F811
    here = asked(staffed, sign)
    before = state(staffed)
    hollow = msgspec.structs.replace(letter().texts["da"], title=" ")
    with pytest.raises(Invalid):
        decide(staffed, here, letter=letter(texts={"da": hollow}))
    assert state(staffed) == before


@pytest.mark.parametrize("status", ["received", "in-progress", "waiting", "withdrawn"])
def test_what_is_no_outcome_is_no_decision(staffed, sign, status):  # noqa: F811
    here = asked(staffed, sign)
    with pytest.raises(Invalid):
        decide(staffed, here, status)


def test_what_a_guest_sent_is_decided_without_a_letter_and_a_residents_never(staffed, sign):  # noqa: F811
    here = opened(staffed, send(staffed, VISITOR, sign, key="2" * 32).case).place
    decide(staffed, here, letter=None)
    assert place(staffed, here.id).status == "closed"
    hers = asked(staffed, sign)
    with pytest.raises(Invalid):
        decide(staffed, hers, letter=None)


def test_what_she_has_withdrawn_is_not_decided(staffed, sign):  # noqa: F811
    case = send(staffed, INGER, sign).case
    assert wait(withdrawals.withdraw(staffed, INGER, case, NOW)) == "done"
    with pytest.raises(CaseMoved) as told:
        decide(staffed, place(staffed, case), now=LATER)
    assert (told.value.kind, told.value.by) == ("withdrawn", "")


def test_if_the_letter_cannot_be_written_nothing_of_the_decision_is(staffed, sign, monkeypatch):  # noqa: F811
    here = asked(staffed, sign)
    before = state(staffed)

    def broken(tx, actor, new):
        raise RuntimeError("no room")

    monkeypatch.setattr(letters, "add", broken)
    with pytest.raises(RuntimeError):
        decide(staffed, here)
    assert state(staffed) == before
