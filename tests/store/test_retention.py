"""What is over is kept for its period and no longer, in chunks, and what is not over is kept."""

import tomllib

from backend.domain.actors import SYSTEM
from backend.store import retention
from backend.store.statements import Statement
from tests.conftest import ROOT
from tests.store.conftest import count
from tests.store.test_subscriptions import delivered

END = Statement("end", "UPDATE notice SET next_at = NULL, ended_at = :at, ended_why = 'done'")
SENT = Statement("sent", "UPDATE rung SET next_at = NULL, state = 'handed_over'")
PERIOD = retention.days("reminders") * retention.DAY_MS


def ended(db, at=2000):
    delivered(db)
    for statement, said in ((END, {"at": at}), (SENT, {})):
        db.write_now(lambda tx, _, statement, said: tx.run(statement, **said), SYSTEM, statement=statement, said=said)


def left(db):
    return [count(db, table) for table in ("rung", "rung_notice", "delivery", "notice")]


def test_a_reminder_and_what_was_sent_for_it_go_together_when_its_period_is_over(db):
    ended(db)
    assert retention.carry_out(db, PERIOD + 2000) == {"rung": 0, "notice": 0} and left(db) == [1, 1, 1, 1]
    assert retention.carry_out(db, PERIOD + 2001) == {"rung": 1, "notice": 1} and left(db) == [0, 0, 0, 0]


def test_what_is_not_over_stays_however_old(db):
    delivered(db)
    assert retention.carry_out(db, 10 * PERIOD) == {"rung": 0, "notice": 0} and left(db) == [1, 1, 1, 1]


def test_stopped_between_two_chunks_the_next_time_goes_on(db, monkeypatch):
    monkeypatch.setattr(retention, "CHUNK", 1)
    ended(db)
    assert db.write_now(retention.drop_rungs, SYSTEM, before=3000) == 1 and left(db) == [0, 0, 0, 1]
    assert retention.carry_out(db, PERIOD + 3000) == {"rung": 0, "notice": 1}


def test_every_period_says_how_long_from_when_and_why():
    for said in tomllib.loads(retention.PERIODS.read_text()).values():
        assert said["days"] > 0 and said["from"] and said["why"] and said["checked"] is False


def test_the_page_says_the_period_that_is_carried_out():
    """In words, so a changed period asks for a changed sentence."""
    assert retention.days("reminders") == 2 * 365 and "Reminders: two years after they ended" in (ROOT / "pwa/templates/export.html").read_text()
