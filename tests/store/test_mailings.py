"""One letter to a list or to everybody: once each, chunk by chunk, to the last row."""

import asyncio
from datetime import timedelta

import msgspec
import pytest
from msgspec import Struct

from backend.domain.actors import SYSTEM, Actor
from backend.domain.errors import Busy, KeyReused, NotFound
from backend.domain.mailings import Line, Unreadable
from backend.domain.contacts import Contact
from backend.store import campaigns as kept_campaigns, contacts, erasures, mailings, recipients
from backend.store.keyring import Person
from backend.store.mailing_runner import Mailings, fitting
from push import campaigns
from tests.store.conftest import wait, with_newer
from tests.store.many import START, cpr, letter, put_contact, rows, settle

OPERATOR = Actor("operator")
WHO = "SELECT p.public_id FROM {} AS m JOIN person AS p ON p.id = m.person ORDER BY p.id"


class Matter(Struct):
    person: int
    matter: str
    rule: str


@pytest.fixture
def clock():
    return {"now": START}


@pytest.fixture
def many(db, clock):
    return Mailings(db, lambda: clock["now"], chunk=3)


def to_all(many, **said):
    return wait(many.start(OPERATOR, said.pop("letter", letter()), **({"name": "bins", "is_list": False, "per_hour": 3600} | said)))


def to_list(many, lines, **said):
    row = wait(many.start(OPERATOR, said.pop("letter", letter()), **({"name": "bins", "digest": "one", "per_hour": 3600} | said)))
    if row.state == "filling":
        wait(many.add_lines(OPERATOR, row.public_id, lines, upto=lines[-1].number))
        row = wait(many.begin(OPERATOR, row.public_id))
    return row


def send(many):
    wait(many.send_due())


def counts(many, row):
    found = wait(many.get(row.public_id))
    assert found.state != "done" or found.total == found.to_mailbox + found.to_paper + found.refused
    return found.state, found.total, found.to_mailbox, found.to_paper, found.refused


def who(db, table="mailbox"):
    return [one for (one,) in rows(db, WHO.format(table))]


def report(many, row):
    async def all_of_it():
        return [(one.at, one.outcome) async for one in many.report(row.public_id)]

    return wait(all_of_it())


def lines(*numbers, fields=None):
    return [Line(at, cpr(number), fields or {}) for at, number in enumerate(numbers, 2)]


# ---- to everybody -----------------------------------------------------------------------------------------------


def test_everybody_gets_the_letter_once_and_who_is_exempt_gets_paper_too(db, many):
    settle(db, 10, paper=(4, 7))
    row = to_all(many)
    send(many)
    send(many)
    assert counts(many, row) == ("done", 10, 8, 2, 0)
    assert who(db) == [f"p-{number}" for number in range(1, 11)] and who(db, "print_job") == ["p-4", "p-7"]


def test_the_dead_and_those_who_moved_away_get_nothing(db, many):
    settle(db, 7, paper=(2,), status={2: "dead", 5: "moved"})
    row = to_all(many)
    send(many)
    assert counts(many, row) == ("done", 7, 5, 0, 2)
    assert who(db) == ["p-1", "p-3", "p-4", "p-6", "p-7"] and who(db, "print_job") == []
    assert {outcome for _, outcome in report(many, row)} == {"mailbox", "dead", "moved"}


def test_who_is_erased_while_it_is_sent_is_counted_as_refused(db, many):
    settle(db, 5)
    row = to_all(many)
    wait(erasures.erase(db, OPERATOR, "p-5", 1))
    send(many)
    assert counts(many, row)[1:] == (5, 4, 0, 1) and "p-5" not in who(db)


def test_who_is_erased_after_she_was_written_to_is_counted_once(db, many):
    settle(db, 6)
    row = to_all(many)
    upto = rows(db, "SELECT id FROM person WHERE public_id = 'p-3'")[0][0]
    db.write_now(mailings.send_chunk, SYSTEM, row=wait(many.get(row.public_id)), upto=upto, papers=[], now=1)
    wait(erasures.erase(db, OPERATOR, "p-1", 1))
    wait(erasures.erase(db, OPERATOR, "p-6", 1))
    send(many)
    assert counts(many, row) == ("done", 6, 5, 0, 1)


def test_a_letter_that_was_withdrawn_goes_to_nobody_else_and_is_told_to_nobody(db, many):
    settle(db, 6)
    row = to_all(many)
    db.write_now(mailings.send_chunk, SYSTEM, row=wait(many.get(row.public_id)), upto=row.last - 2, papers=[], now=1)
    wait(campaigns.spread(db, START + timedelta(hours=1)))
    notice = rows(db, "SELECT person, matter, rule FROM notice")[0]
    db.write_now(lambda tx, _: tx.con.execute("UPDATE letter SET withdrawn_at = 5"), SYSTEM)
    send(many)
    assert counts(many, row)[:3] == ("cancelled", 6, 4) and len(who(db)) == 4
    known = db.read_now(recipients.recipient, SYSTEM, person=notice[0]).known
    assert db.read_now(lambda tx, actor: recipients.ended(tx, actor, known, Matter(*notice)), SYSTEM) == "withdrawn"
    assert wait(campaigns.spread(db, START + timedelta(hours=9))) == 0


def test_who_is_exempt_stands_in_clear_as_in_what_she_chose(db, keys):
    settle(db, 3, paper=(1, 2))
    put_contact(db, "p-2", Contact(phone="+4520202020"))
    put_contact(db, "p-3", Contact(email="p@example.dk"))
    assert rows(db, "SELECT is_paper FROM contact ORDER BY person") == [(1,), (0,), (0,)]
    db.write_now(lambda tx, _: tx.con.execute("UPDATE contact SET is_paper = 0"), SYSTEM)
    db.write_now(lambda tx, _: tx.con.execute("UPDATE contact SET sealed = x'0102' WHERE person = (SELECT max(person) FROM contact)"), SYSTEM)
    db.write_now(lambda tx, _: contacts.mark_on_paper(tx, keys), SYSTEM)
    assert rows(db, "SELECT is_paper FROM contact ORDER BY person") == [(1,), (0,), (1,)], "what does not open comes both ways"


@pytest.mark.parametrize(("took_s", "size"), [(0.001, 4_000), (0.012, 2_000), (0.024, 1_000), (1.0, 500), (1e-9, 4_000)])
def test_a_chunk_holds_as_many_as_its_time_allows(took_s, size):
    assert fitting(2_000, took_s / 2_000, 10_000) == size and fitting(2_000, took_s / 2_000, 3) == 3


def test_what_is_printed_has_ids_in_order_of_time_that_nobody_can_guess(db, many):
    ids = [mailings.to_print(1, now).public_id for now in (1, 2, 10**12)]
    assert ids == sorted(ids) and len({len(one) for one in ids}) == 1 == len({len(one) == 32 for one in ids})
    assert mailings.to_print(1, 5).public_id != mailings.to_print(1, 5).public_id


def test_who_comes_after_it_began_is_not_written_to(db, many):
    settle(db, 2)
    row = to_all(many)
    db.write_now(lambda tx, _: tx.con.execute("INSERT INTO person (public_id, created_at) VALUES ('new', 0)"), SYSTEM)
    db.write_now(lambda tx, _: tx.con.execute("INSERT INTO register SELECT max(id), x'', 0, '' FROM person"), SYSTEM)
    send(many)
    assert counts(many, row) == ("done", 2, 2, 0, 0)


def test_to_a_town_of_nobody_it_is_done_at_once(db, many):
    row = to_all(many)
    send(many)
    assert counts(many, row) == ("done", 0, 0, 0, 0)


def test_it_waits_for_its_time(db, many, clock):
    settle(db, 2)
    row = to_all(many, starts_at=START + timedelta(hours=2))
    send(many)
    assert counts(many, row)[0] == "running" and who(db) == []
    clock["now"] += timedelta(hours=2)
    send(many)
    assert len(who(db)) == 2


def test_the_same_letter_under_the_same_name_is_the_same_mailing(db, many):
    settle(db, 4)
    first = to_all(many)
    send(many)
    assert to_all(many).public_id == first.public_id
    with pytest.raises(KeyReused):
        to_all(many, letter=letter("Another letter"))
    assert counts(many, to_all(many, name="bins again"))[0] == "running"


def test_the_letter_is_sealed_with_a_key_of_its_own(db, many):
    row = to_all(many)
    assert many.letter(row) == letter()
    kept = rows(db, "SELECT person, sealed FROM letter")
    assert kept[0][0] is None and b"bins" not in kept[0][1]
    assert wait(many.list_all())[0].title == "Your bin day changes"


# ---- to a list --------------------------------------------------------------------------------------------------


def test_each_line_of_a_list_has_its_outcome_and_the_counts_add_up(db, many):
    settle(db, 6, paper=(2,), status={3: "dead", 4: "moved"})
    said = [*lines(1, 2, 3, 4, 1), Line(7, cpr(99)), Line(8, "0101904320", {}, is_checked=False), Unreadable(9, "cpr", "number"), Line(11, cpr(6))]
    row = to_list(many, said)
    send(many)
    assert counts(many, row) == ("done", 9, 2, 1, 6)
    assert report(many, row) == [
        (2, "mailbox"), (3, "paper"), (4, "dead"), (5, "moved"), (6, "twice"), (7, "unknown"), (8, "mistyped"), (9, "cpr/number"), (11, "mailbox"),
    ]  # fmt: skip
    assert who(db) == ["p-1", "p-2", "p-6"] and who(db, "print_job") == ["p-2"]


def test_the_same_list_again_reaches_nobody_twice_and_a_mended_one_only_the_new(db, many):
    settle(db, 4)
    first = to_list(many, lines(1, 2, 99))
    send(many)
    assert to_list(many, lines(1, 2, 99)).public_id == first.public_id
    mended = to_list(many, lines(1, 2, 3), digest="mended")
    send(many)
    assert counts(many, mended) == ("done", 3, 1, 0, 2)
    assert report(many, mended) == [(2, "already"), (3, "already"), (4, "mailbox")] and who(db) == ["p-1", "p-2", "p-3"]
    assert rows(db, "SELECT count(*) FROM letter") == [(1,)]


def test_a_list_cut_off_while_it_is_taken_in_goes_on_there(db, many):
    settle(db, 6)
    row = wait(many.start(OPERATOR, letter(), name="bins", digest="one", per_hour=3600))
    wait(many.add_lines(OPERATOR, row.public_id, lines(1, 2, 3)[:2], upto=3))
    send(many)
    assert who(db) == [], "nothing is sent of a list that is not whole"
    for _ in range(2):
        wait(many.add_lines(OPERATOR, row.public_id, lines(1, 2, 3, 4), upto=5))
    wait(many.begin(OPERATOR, row.public_id))
    send(many)
    assert counts(many, row) == ("done", 4, 4, 0, 0)


def test_what_fills_the_gaps_is_sealed_for_the_person_and_stands_in_her_mailbox_alone(db, many):
    settle(db, 2, paper=(2,))
    row = to_list(many, [Line(2, cpr(1), {"amount": "210"}), Line(3, cpr(2), {"amount": "350"})])
    send(many)
    for person, amount, merged in rows(db, "SELECT m.person, '', m.merged FROM mailbox AS m"):
        holder = Person(*rows(db, f"SELECT id, public_id, kek_id, wrapped_key FROM person WHERE id = {person}")[0])
        amount = msgspec.json.decode(db.keys.open(holder, "merged", row.letter_id, merged))["amount"]
        assert amount == {"p-1": "210", "p-2": "350"}[holder.public_id]
    assert rows(db, "SELECT count(*) FROM mailing_line WHERE merged IS NOT NULL") == [(0,)]
    assert rows(db, "SELECT j.merged IS m.merged FROM print_job AS j JOIN mailbox AS m ON m.person = j.person") == [(1,)]


def test_who_is_erased_after_the_list_was_taken_in_gets_nothing(db, many):
    settle(db, 3)
    row = to_list(many, lines(1, 2, 3))
    wait(erasures.erase(db, OPERATOR, "p-2", 1))
    send(many)
    assert counts(many, row) == ("done", 3, 2, 0, 1) and report(many, row)[1] == (3, "erased")


def test_who_dies_after_the_list_was_taken_in_gets_nothing(db, many):
    settle(db, 2)
    row = to_list(many, lines(1, 2))
    db.write_now(lambda tx, _: tx.con.execute("UPDATE register SET status = 'dead' WHERE person = (SELECT id FROM person WHERE public_id = 'p-1')"), SYSTEM)
    send(many)
    assert report(many, row) == [(2, "dead"), (3, "mailbox")]


# ---- bad luck ---------------------------------------------------------------------------------------------------


def test_paused_it_stops_resumed_it_goes_on_cancelled_it_is_over(db, many):
    settle(db, 9)
    row = to_all(many)
    assert wait(many.pause(OPERATOR, row.public_id)).state == "paused"
    send(many)
    assert who(db) == []
    assert wait(many.resume(OPERATOR, row.public_id)).state == "running"
    send(many)
    assert len(who(db)) == 9
    assert wait(many.cancel(OPERATOR, row.public_id)).state == "done", "what is over stays so"
    with pytest.raises(NotFound):
        wait(many.pause(OPERATOR, "nothing"))


@pytest.mark.parametrize("act", ["pause", "cancel"])
def test_stopped_in_the_middle_nobody_after_that_chunk_is_written_to(db, many, act):
    settle(db, 30)
    row = to_all(many)

    async def both():
        sending = asyncio.create_task(many.send_due())
        while not (await many.get(row.public_id)).to_mailbox:
            await asyncio.sleep(0)
        await getattr(many, act)(OPERATOR, row.public_id)
        await sending

    asyncio.run(both())
    state, total, sent, *_ = counts(many, row)
    assert state == {"pause": "paused", "cancel": "cancelled"}[act] and sent == len(who(db)) and 0 < sent <= total
    wait(many.resume(OPERATOR, row.public_id))
    send(many)
    assert len(who(db)) == (30 if act == "pause" else sent)


def test_two_who_send_it_at_once_give_nobody_two(db, many):
    settle(db, 20, paper=(3,))
    row = to_all(many)

    async def both():
        await asyncio.gather(many.send_due(), Mailings(db, many.clock, chunk=3).send_due())

    asyncio.run(both())
    send(many)
    assert counts(many, row) == ("done", 20, 19, 1, 0) and len(who(db)) == 20


def test_a_chunk_that_cannot_be_written_is_written_later_once(db, many, monkeypatch):
    settle(db, 9)
    row, tries, whole = to_all(many), [], mailings.send_chunk

    def full(tx, actor, **said):
        whole(tx, actor, **said)
        tries.append(1)
        if len(tries) == 3:
            raise Busy("disk-full")
        return True

    monkeypatch.setattr(mailings, "send_chunk", full)
    with pytest.raises(Busy):
        send(many)
    assert counts(many, row)[2] == len(who(db)) == 3
    send(many)
    assert counts(many, row) == ("done", 9, 9, 0, 0) and len(who(db)) == 9


def test_one_damaged_row_stops_nobody_else_and_she_gets_it_both_ways(db, many):
    settle(db, 5, paper=(2,))
    db.write_now(lambda tx, _: tx.con.execute("UPDATE contact SET sealed = x'010203'"), SYSTEM)
    row = to_all(many)
    send(many)
    assert counts(many, row) == ("done", 5, 4, 1, 0)


def test_somebody_of_a_list_whose_key_is_damaged_is_told_of_in_its_line(db, many):
    settle(db, 3)
    db.write_now(lambda tx, _: tx.con.execute("UPDATE person SET wrapped_key = x'0102' WHERE public_id = 'p-2'"), SYSTEM)
    row = to_list(many, lines(1, 2, 3, fields={"amount": "1"}))
    send(many)
    assert report(many, row) == [(2, "mailbox"), (3, "damaged"), (4, "mailbox")] and counts(many, row) == ("done", 3, 2, 0, 1)


def test_who_bears_another_numbers_mark_gets_nobody_elses_letter(db, many):
    settle(db, 3)
    change = "UPDATE person SET mac = (SELECT o.mac FROM person AS o WHERE o.public_id = 'p-1') WHERE public_id = 'p-2'"
    db.write_now(lambda tx, _: tx.con.execute(change), SYSTEM)
    row = to_list(many, lines(1, 2, 3))
    send(many)
    assert [outcome for _, outcome in report(many, row)] == ["mailbox", "damaged", "mailbox"] and who(db) == ["p-1", "p-3"]


def test_a_chunk_holds_the_lock_for_few_statements(db, many, monkeypatch):
    settle(db, 9, paper=(1, 2, 3, 4))
    said, whole = [], mailings.send_chunk

    def counted(tx, actor, **params):
        try:
            return whole(tx, actor, **params)
        finally:
            said.append(tx.count)

    monkeypatch.setattr(mailings, "send_chunk", counted)
    to_all(many)
    to_list(many, lines(1, 2, 3, 4), name="another")
    send(many)
    assert max(said) <= 20


# ---- who is told ------------------------------------------------------------------------------------------------


def told(db):
    return rows(db, "SELECT p.public_id, n.matter, n.rule FROM notice AS n JOIN person AS p ON p.id = n.person ORDER BY n.person")


def test_who_has_the_letter_is_told_of_it_at_its_pace_and_who_gets_paper_is_not(db, many, clock):
    settle(db, 5, paper=(2,))
    row = to_all(many, per_hour=60)
    send(many)
    spread = [wait(campaigns.spread(db, START + timedelta(minutes=minutes))) for minutes in (0, 2, 2, 60, 60, 120)]
    assert spread == [0, 1, 0, 3, 0, 0] and rows(db, "SELECT state FROM campaign") == [("done",)]
    assert [one[0] for one in told(db)] == ["p-1", "p-3", "p-4", "p-5"]
    assert {one[1:] for one in told(db)} == {(f"letter/{row.letter_id}", "unread")}
    assert db.read_now(kept_campaigns.list_all, SYSTEM) == [], "it is no word of the operator's"


def test_nobody_is_told_of_a_letter_that_has_not_come_yet(db, many, clock):
    settle(db, 9)
    row = to_list(many, lines(*range(1, 10)))
    wait(many.pause(OPERATOR, row.public_id))
    assert wait(campaigns.spread(db, START + timedelta(hours=1))) == 0
    wait(many.resume(OPERATOR, row.public_id))
    send(many)
    assert wait(campaigns.spread(db, START + timedelta(hours=2))) == 9 and len(told(db)) == 9


def test_what_was_sent_before_it_was_cancelled_is_told(db, many):
    settle(db, 4)
    row = to_list(many, lines(1, 2, 3, 4))
    db.write_now(lambda tx, _: mailings.send_chunk(tx, SYSTEM, wait(many.get(row.public_id)), 3, [], 1), SYSTEM)
    wait(many.cancel(OPERATOR, row.public_id))
    wait(campaigns.spread(db, START + timedelta(hours=1)))
    wait(campaigns.spread(db, START + timedelta(hours=2)))
    assert len(told(db)) == 2 and rows(db, "SELECT state FROM campaign") == [("done",)]


def test_under_newer_keys_the_same_letter_under_the_same_name_is_still_the_same_mailing(db, many, keys):
    first = to_all(many)
    db.keys = with_newer(keys, "hmac-id", "hmac-body")
    assert to_all(many).public_id == first.public_id
