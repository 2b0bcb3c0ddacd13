"""Sessions: who it is, for how long, and never longer, whatever the clock or the disk does."""

from datetime import timedelta

import pytest
from msgspec import structs

from backend.domain.actors import guest
from backend.domain.drafts import Draft
from backend.domain.errors import Busy, NotFound, StepUpNeeded
from backend.identity.actors import actor_of
from backend.identity.sessions import Sessions
from backend.store import drafts, duplicate_drafts, files
from backend.store.database import Database
from tests.identity.conftest import NOW, Ticks, run
from tests.people import VISITOR
from tests.store.conftest import run_for
from tests.store.test_files import picture
from tests.uploaded import Uploaded

MINUTES = timedelta(minutes=1)
HOURS = timedelta(hours=1)
KEY = "0123456789abcdef0123456789abcdef"


def test_a_signed_in_resident_is_known_by_the_cookie(sessions, personas):
    actor, token = run(sessions.begin(guest(), personas["Inger"].id, NOW))
    again = run(actor_of(sessions, token, NOW))
    assert again == actor
    assert (again.role, again.person, again.subject) == ("resident", personas["Inger"].id, personas["Inger"].id)


@pytest.mark.parametrize("cookie", ["", "x", "A" * 43, "A" * 44, "é" * 43, "\0" * 43, "' OR 1=1 --"])
def test_any_other_cookie_is_a_guest(sessions, cookie):
    assert run(actor_of(sessions, cookie, NOW)) == guest()


def test_the_token_lies_nowhere_in_the_store(sessions, db, personas):
    _, token = run(sessions.begin(guest(), personas["Inger"].id, NOW))
    everything = b"".join(file.read_bytes() for file in db.data.iterdir() if file.is_file())
    assert token.encode() not in everything


def test_thirty_idle_minutes_end_it(sessions, personas):
    _, token = run(sessions.begin(guest(), personas["Inger"].id, NOW))
    assert run(sessions.find(token, NOW + 29 * MINUTES))
    assert run(sessions.find(token, NOW + 58 * MINUTES))
    assert run(sessions.find(token, NOW + 89 * MINUTES)) is None


def test_twelve_hours_end_it_however_busy(sessions, personas):
    _, token = run(sessions.begin(guest(), personas["Inger"].id, NOW))
    for quarter in range(1, 48):
        assert run(sessions.find(token, NOW + 15 * quarter * MINUTES))
    assert run(sessions.find(token, NOW + 12 * HOURS + MINUTES)) is None


def test_what_a_guest_typed_is_kept_for_a_day(sessions):
    _, token = run(sessions.begin_guest(NOW))
    assert run(actor_of(sessions, token, NOW + 23 * HOURS)).session
    assert run(actor_of(sessions, token, NOW + 48 * HOURS)) == guest()


def test_each_sign_in_makes_a_new_token_and_ends_the_old(sessions, personas):
    before, old = run(sessions.begin(guest(), personas["Inger"].id, NOW))
    _, new = run(sessions.begin(before, personas["Inger"].id, NOW + MINUTES))
    assert old != new
    assert run(sessions.find(old, NOW + MINUTES)) is None
    assert run(sessions.find(new, NOW + MINUTES))


def test_signing_in_on_another_phone_leaves_this_one_alone(sessions, personas):
    _, here = run(sessions.begin(guest(), personas["Inger"].id, NOW))
    run(sessions.begin(guest(), personas["Inger"].id, NOW))
    assert run(sessions.find(here, NOW))


def test_the_guests_draft_comes_along(sessions, db, personas):
    visitor, token = run(sessions.begin_guest(NOW))
    run(drafts.put(db, visitor, Draft(id=KEY, service="rats", version=1, answers={"where": "home"}), NOW))
    inger, _ = run(sessions.begin(visitor, personas["Inger"].id, NOW))
    assert run(drafts.get(db, inger, "rats")).answers == {"where": "home"}
    assert run(drafts.get(db, visitor, "rats")) is None
    assert run(sessions.find(token, NOW)) is None


def test_a_draft_she_has_already_is_not_overwritten_and_neither_is_lost(sessions, db, personas):
    inger, _ = run(sessions.begin(guest(), personas["Inger"].id, NOW))
    run(drafts.put(db, inger, Draft(id="a" * 32, service="rats", version=1, answers={"where": "work"}), NOW))
    visitor, _ = run(sessions.begin_guest(NOW))
    run(drafts.put(db, visitor, Draft(id="b" * 32, service="rats", version=1, answers={"where": "home"}), NOW))
    inger, _ = run(sessions.begin(visitor, personas["Inger"].id, NOW))
    assert run(drafts.get(db, inger, "rats")).answers == {"where": "work"}
    kept = db.read_now(lambda tx, actor: tx.con.execute("SELECT public_id, owner FROM draft ORDER BY id").fetchall(), None)
    assert [(db.keys.id_macs("a" * 32)[-1], ""), (db.keys.id_macs("b" * 32)[-1], visitor.session)] == kept


def test_what_she_uploaded_as_a_guest_comes_along(sessions, db, personas):
    visitor, _ = run(sessions.begin_guest(NOW))
    kept = run(files.add(db, visitor, Uploaded(picture()), "rat.jpg", NOW))
    inger, _ = run(sessions.begin(visitor, personas["Inger"].id, NOW))
    assert run(files.get(db, inger, kept["id"])).data
    with pytest.raises(NotFound):
        run(files.get(db, visitor, kept["id"]))


def test_a_draft_her_own_phone_brought_is_not_waiting_aside_any_more(sessions, db, personas):
    """The phone holds what the guest wrote and saves it over her older one, as she chose there."""
    inger, _ = run(sessions.begin(guest(), personas["Inger"].id, NOW))
    run(drafts.put(db, inger, Draft(id="a" * 32, service="rats", version=1, answers={"where": "work"}), NOW))
    visitor, _ = run(sessions.begin_guest(NOW))
    begun = Draft(id="b" * 32, service="rats", version=1, answers={"where": "home"})
    run(drafts.put(db, visitor, begun, NOW))
    inger, _ = run(sessions.begin(visitor, personas["Inger"].id, NOW))
    assert [one.id for one in run(duplicate_drafts.list_all(db, inger, "rats"))] == ["b" * 32]
    run(drafts.put(db, inger, structs.replace(begun, revision=1), NOW, replaces="a" * 32))
    assert run(duplicate_drafts.list_all(db, inger, "rats")) == []
    assert run(drafts.get(db, inger, "rats")).answers == {"where": "home"}


def test_a_guests_save_in_the_very_moment_of_sign_in_is_not_lost(sessions, db, personas, monkeypatch):
    visitor, _ = run(sessions.begin_guest(NOW))
    first = run(drafts.put(db, visitor, Draft(id=KEY, service="rats", version=1, answers={"where": "home"}), NOW))
    late = Draft(id=KEY, service="rats", version=1, revision=first.revision, answers={"where": "cellar"})
    write = Database.write

    async def interrupted(self, body, actor, **params):
        if "belongings" in params and params["belongings"].seen == [(db.keys.id_macs(KEY)[-1], 1)]:
            await drafts.put(self, visitor, late, NOW)
        return await write(self, body, actor, **params)

    monkeypatch.setattr(Database, "write", interrupted)
    inger, _ = run(sessions.begin(visitor, personas["Inger"].id, NOW))
    assert run(drafts.get(db, inger, "rats")).answers == {"where": "cellar"}


def test_she_sees_her_own_sessions_and_nobody_elses(sessions, personas):
    inger, _ = run(sessions.begin(guest(), personas["Inger"].id, NOW, "phone"))
    run(sessions.begin(guest(), personas["Inger"].id, NOW, "computer"))
    run(sessions.begin(guest(), personas["Samir"].id, NOW))
    assert sorted(one.device for one in run(sessions.own(inger))) == ["computer", "phone"]
    assert run(sessions.own(VISITOR)) == []


def test_she_ends_a_session_from_another_phone(sessions, personas):
    lost, token = run(sessions.begin(guest(), personas["Inger"].id, NOW))
    here, _ = run(sessions.begin(guest(), personas["Inger"].id, NOW))
    assert run(sessions.find(token, NOW))
    run(sessions.end(here, lost.session, NOW))
    assert run(sessions.find(token, NOW)) is None


def test_nobody_ends_a_strangers_session(sessions, personas):
    inger, token = run(sessions.begin(guest(), personas["Inger"].id, NOW))
    samir, _ = run(sessions.begin(guest(), personas["Samir"].id, NOW))
    with pytest.raises(NotFound):
        run(sessions.end(samir, inger.session, NOW))
    assert run(sessions.find(token, NOW))


def test_signing_out_works_while_nothing_can_be_written(sessions, db, personas, monkeypatch):
    inger, token = run(sessions.begin(guest(), personas["Inger"].id, NOW))

    async def full(*_, **__):
        raise Busy("disk-full")

    with monkeypatch.context() as broken:
        broken.setattr(Database, "write", full)
        run(sessions.end(inger, inger.session, NOW))
        assert run(sessions.find(token, NOW)) is None
    db.settle_debts()
    assert run(sessions.find(token, NOW)) is None
    assert run(Sessions(db, NOW).find(token, NOW)) is None


def test_a_busy_person_is_not_thrown_out_while_nothing_can_be_written(sessions, personas, monkeypatch):
    _, token = run(sessions.begin(guest(), personas["Inger"].id, NOW))

    async def full(*_, **__):
        raise Busy("disk-full")

    monkeypatch.setattr(Database, "write", full)
    for quarter in range(1, 6):
        assert run(sessions.find(token, NOW + 15 * quarter * MINUTES))


def test_the_step_up_is_asked_for_after_five_minutes(sessions, personas):
    inger, _ = run(sessions.begin(guest(), personas["Inger"].id, NOW))
    sessions.need_strong(inger, NOW + 5 * MINUTES)
    with pytest.raises(StepUpNeeded):
        sessions.need_strong(inger, NOW + 6 * MINUTES)
    with pytest.raises(StepUpNeeded):
        sessions.need_strong(guest(), NOW)


def test_an_erased_person_is_nobody(sessions, db, personas):
    _, token = run(sessions.begin(guest(), personas["Inger"].id, NOW))
    db.write_now(lambda tx, actor: tx.con.execute("UPDATE person SET wrapped_key = NULL WHERE cpr_mac IS NOT NULL"), None)
    assert run(sessions.find(token, NOW + 2 * MINUTES)) is None
    with pytest.raises(NotFound):
        run(sessions.begin(guest(), personas["Samir"].id, NOW))


def test_signing_in_and_out_stands_in_her_own_log(sessions, db, personas):
    from backend.store import audit

    inger, _ = run(sessions.begin(guest(), personas["Inger"].id, NOW))
    run(sessions.end(inger, inger.session, NOW))
    lines = db.read_now(audit.of_subject, inger)
    assert [line.verb for line in lines] == ["sign-out", "sign-in"]


def rows_left(tx, actor):
    return tx.con.execute("SELECT role FROM session").fetchall()


def test_sessions_that_are_over_are_swept(sessions, db, personas):
    run(sessions.begin(guest(), personas["Inger"].id, NOW))
    run(sessions.begin_guest(NOW))
    run(sessions.sweep(NOW + HOURS))
    assert len(db.read_now(rows_left, None)) == 2, "over by the clock, and seen a moment ago"
    run_for(db, 25 * 3_600_000)
    run(sessions.sweep(NOW + HOURS))
    left = db.read_now(lambda tx, actor: tx.con.execute("SELECT role FROM session").fetchall(), None)
    assert left == [("guest",)]


# R8: the clock jumps


@pytest.mark.parametrize("jump", [-HOURS, -7 * 24 * HOURS, 7 * 24 * HOURS])
def test_a_clock_that_jumps_gives_no_session_life(db, personas, jump):
    ticks = Ticks()
    sessions = Sessions(db, NOW, ticks)
    _, token = run(sessions.begin(guest(), personas["Inger"].id, NOW))
    ticks.s += 31 * 60
    assert run(sessions.find(token, NOW + 31 * MINUTES + jump)) is None
    assert run(sessions.find(token, NOW)) is None


@pytest.mark.parametrize("jump", [-HOURS, -7 * 24 * HOURS, 7 * 24 * HOURS])
def test_nor_does_a_restart_under_another_clock(db, personas, jump):
    first = Sessions(db, NOW + jump, Ticks())
    _, token = run(first.begin(guest(), personas["Inger"].id, NOW + jump))
    second = Sessions(db, NOW + 31 * MINUTES, Ticks())
    assert run(second.find(token, NOW + 31 * MINUTES)) is None


def test_an_hour_back_at_a_restart_signs_nobody_out_and_gives_nobody_an_hour(db, personas):
    first = Sessions(db, NOW, Ticks())
    _, token = run(first.begin(guest(), personas["Inger"].id, NOW))
    ticks = Ticks()
    second = Sessions(db, NOW - HOURS, ticks)
    assert run(second.find(token, NOW - HOURS))
    ticks.s += 31 * 60
    assert run(second.find(token, NOW - 29 * MINUTES)) is None


def test_an_hour_back_does_not_make_a_sign_in_fresh_again(db, personas):
    ticks = Ticks()
    sessions = Sessions(db, NOW, ticks)
    inger, _ = run(sessions.begin(guest(), personas["Inger"].id, NOW))
    ticks.s += 600
    with pytest.raises(StepUpNeeded):
        sessions.need_strong(inger, NOW - HOURS)
