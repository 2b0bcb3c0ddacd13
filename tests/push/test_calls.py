"""Whom nothing has reached stands on the call list, the most urgent first, and only a person takes them off."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest

from backend.domain.actors import Actor
from backend.domain.errors import NotFound
from backend.domain.reminders import Reminder
from backend.store import calls as kept, notices, rungs
from backend.domain.actors import SYSTEM
from push import calls
from push.calls import Line
from push.sentences import About
from tests.push.test_engine import DUTY, PERSON, Post, has_number, rows, tell
from tests.store.conftest import *  # noqa: F403 - the same store
from tests.store.conftest import wait

CLERK = Actor("desk", why="call")


@pytest.fixture
def post(db):
    """Inger has a telephone number that no SMS reaches."""
    has_number(db)
    made = Post(db)
    for kind in ("sms", "push", "email", "letter", "helper"):
        del made.carriers[kind]
    tell(db, DUTY)
    tell(db, Reminder("soon", "act", "heavy", last_day="2027-02-01"), matter="case/c2")
    made.until(datetime(2027, 2, 27, 12, tzinfo=UTC), timedelta(hours=12))
    return made


def listed(db):
    return wait(calls.listed(db, lambda row, lang: About(row.rule, title="Sick pay"), str.upper))


def note(db, id, result):
    db.write_now(kept.note, CLERK, public_id=id, result=result, now=1)


def test_the_most_urgent_is_first_and_says_why_and_whom_to_ring(post, db):
    found = listed(db)
    assert [one.last_day for one in found] == ["2027-02-01", "2027-03-01"]
    assert found[0].phone == "+4520202020" and found[0].about == "SICK PAY" and found[0].why in calls.WHY.values()


def test_a_day_gone_by_leaves_the_call_on_the_list_and_the_thing_done_takes_it_off(post, db):
    assert len(listed(db)) == 2
    for row in rows(db):
        ended = db.write_now(notices.end, SYSTEM, person=PERSON, matter=row.matter, why="done", now=1)
        db.write_now(rungs.stop, SYSTEM, ended=ended, why="done")
    assert [one.last_day for one in listed(db)] == ["2027-02-01"]


@pytest.mark.parametrize(("result", "left", "tries"), [("not-reached", 2, 1), ("reached", 1, 0), ("done", 1, 0), ("refused", 1, 0)])
def test_what_came_of_a_call(post, db, result, left, tries):
    id = listed(db)[1].id
    note(db, id, result)
    assert len(listed(db)) == left and sum(one.tries for one in listed(db)) == tries
    assert len(rows(db)) == (0 if result in ("done", "refused") else 1)


def test_a_call_is_closed_once(post, db):
    id = listed(db)[1].id
    note(db, id, "done")
    with pytest.raises(NotFound):
        note(db, id, "done")


def test_the_spreadsheet_computes_nothing_of_what_people_wrote():
    lines = [Line("2027-01-01", "=cmd|' /C calc'!A0", "+4520202020", "da", "-x", "@y", 0, "id")]
    [_, row] = csv.reader(io.StringIO(calls.as_csv(lines)), delimiter=";")
    assert all(cell[:1] not in "=+-@" for cell in row)


def test_nobody_to_call_is_said_in_words():
    assert calls.as_text([]) == "Nobody is to be called."
