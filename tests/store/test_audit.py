import pytest

from backend.domain.actors import SYSTEM
from backend.store import audit, backup, connections
from backend.store.statements import Statement, Tx
from tests.people import INGER
from tests.store.conftest import send


@pytest.fixture
def chained(db, sign):
    """Five submissions; the first link also holds the line that says she reads what is hers."""
    for n in range(5):
        send(db, INGER, sign, key=f"{n:032x}")
    return db


LAST = 6
"""Lines."""


def verify(db, head=b""):
    return db.scan_now(audit.verify, SYSTEM, head=head, keys=db.keys)


def spoil(db, text):
    db.write_now(lambda tx, actor: tx.run(Statement("spoil", text)), SYSTEM)


def test_a_chain_nobody_touched_is_whole(chained):
    assert verify(chained) == ""


@pytest.mark.parametrize(
    "act",
    [
        "UPDATE audit SET verb = 'read' WHERE id = 3",
        "UPDATE audit SET at = at + 1 WHERE id = 3",
        "DELETE FROM audit WHERE id = 3",
        f"DELETE FROM audit WHERE id = {LAST}",
        "DELETE FROM audit_link WHERE id = 3",
        "DELETE FROM audit_link WHERE id = 5",
        "UPDATE audit_link SET hash = x'00' WHERE id = 2",
        "INSERT INTO audit (id, at, person, role, subject, verb, object) SELECT -7, at, person, role, subject, verb, object FROM audit WHERE id = 3",
        "INSERT INTO audit (id, at, person, role, subject, verb, object) SELECT 0, at, person, role, subject, verb, object FROM audit WHERE id = 3",
    ],
)
def test_a_line_changed_or_taken_out_breaks_it(chained, act):
    spoil(chained, act)
    assert verify(chained) != ""


def test_a_cut_tail_shows_against_the_head_kept_elsewhere(chained):
    head = chained.scan_now(lambda tx, actor: tx.one(audit.SQL.newest_link, audit.Link), SYSTEM).hash
    assert verify(chained, head) == ""
    spoil(chained, f"DELETE FROM audit WHERE id = {LAST}")
    spoil(chained, f"DELETE FROM audit_link WHERE last = {LAST}")
    assert verify(chained) == "" and "cut" in verify(chained, head)


def relink(db, key=None, key_id=""):
    """What somebody does who may write the database: the chain made whole again over what was changed."""

    def act(tx, actor):
        previous, last = audit.START, 0
        for link in tx.all(audit.SQL.all_links, audit.Link):
            lines = tx.all(audit.SQL.lines_between, audit.Line, after=last, last=link.last)
            previous, last = audit.hash_of(previous, lines, key), link.last
            tx.con.execute("UPDATE audit_link SET hash = ?, key_id = ? WHERE id = ?", (previous, key_id, link.id)).fetchall()

    db.write_now(act, SYSTEM)


@pytest.mark.parametrize("key, key_id", [(None, ""), (None, "1"), (bytes(32), "1"), (bytes(32), "2")])
def test_a_chain_made_whole_again_without_the_key_is_not_whole(chained, key, key_id):
    spoil(chained, "UPDATE audit SET subject = 'nobody' WHERE id = 3")
    relink(chained, key, key_id)
    assert verify(chained) != ""


def test_links_of_before_are_covered_by_the_first_that_has_a_key(chained, tmp_path):
    relink(chained)
    assert verify(chained) == "no link has a key"
    backup.copy_database(chained.path, tmp_path / "old.db")
    con = connections.to_write(tmp_path / "old.db")
    audit.start_keyed(Tx(con), chained.keys, 0)
    assert audit.verify(Tx(con), SYSTEM, keys=chained.keys) == ""
    con.execute("UPDATE audit SET verb = 'read' WHERE id = 3").fetchall()
    assert audit.verify(Tx(con), SYSTEM, keys=chained.keys) == "link 2"
    con.close()


def test_the_log_is_ordered_by_sequence_also_when_the_clock_goes_back(db):
    for at in (3000, 1000, 2000):
        db.write_now(audit.add, INGER, verb="read", object=f"case/{at}", at=at)
    assert [line.at for line in db.read_now(audit.of_subject, INGER)] == [2000, 1000, 3000]


def test_a_write_that_failed_leaves_no_line_and_no_gap_in_the_chain(db):
    def add_and_fail(tx, actor):
        audit.add(tx, actor, "read", "case/1", 0)
        raise ValueError

    with pytest.raises(ValueError):
        db.write_now(add_and_fail, INGER)
    db.write_now(audit.add, INGER, verb="read", object="case/2", at=0)
    assert verify(db) == "" and len(db.read_now(audit.of_subject, INGER)) == 1

PLANTED = (
    "INSERT INTO audit (at, person, role, subject, verb, object) VALUES (1, 'p-clerk', 'desk', 'p-inger', 'read', 'case/1')",
    "INSERT INTO audit (id, at, person, role, subject, verb, object) VALUES (1000000, 1, 'p-clerk', 'desk', 'p-inger', 'read', 'case/1')",
)


def plant(db, text):
    """As somebody does who may write the file, while the server runs."""
    con = connections.to_write(db.path)
    con.execute(text).fetchall()
    con.close()


@pytest.mark.parametrize("text", PLANTED)
def test_a_line_planted_beside_a_running_server_is_not_sealed_by_its_next_batch(chained, sign, text, caplog):
    plant(chained, text)
    send(chained, INGER, sign, key="e" * 32)
    send(chained, INGER, sign, key="f" * 32)
    assert verify(chained) == "link 6" and "outside Medborger" in caplog.text
    told = [line.object for line in chained.read_now(lambda tx, actor: tx.all(audit.SQL.lines_after, audit.Line, after=0, most=99), SYSTEM) if line.verb == "tampered"]
    assert told == [f"audit/{LAST}"]


def test_a_line_planted_while_the_server_was_stopped_is_not_sealed_by_the_next_one(chained, data, keys, sign):
    chained.close()
    con = connections.to_write(chained.path)
    con.execute(PLANTED[0]).fetchall()
    con.close()
    chained.__init__(data, keys)
    send(chained, INGER, sign, key="e" * 32)
    assert verify(chained) == "link 6"


@pytest.mark.parametrize(
    "text",
    [
        "INSERT INTO audit_link (last, hash, key_id) VALUES (7, x'00', '1')",
        "UPDATE audit_link SET hash = x'00' WHERE id = 5",
        "DELETE FROM audit_link WHERE id = 5",
        f"DELETE FROM audit WHERE id = {LAST}",
        "UPDATE audit SET id = 7 WHERE id = 6",
    ],
)
def test_the_chain_changed_beside_a_running_server_is_not_made_whole_by_its_next_batch(chained, sign, text):
    plant(chained, text)
    for n in (6, 7):
        chained.write_now(audit.add, INGER, verb="read", object="case/1", at=n)
    assert verify(chained) != ""


def test_a_trigger_that_rewrites_lines_as_they_come_breaks_the_chain(chained, sign):
    plant(chained, "CREATE TRIGGER quiet AFTER INSERT ON audit BEGIN UPDATE audit SET subject = 'nobody' WHERE id = NEW.id; END")
    send(chained, INGER, sign, key="e" * 32)
    assert verify(chained) == "link 6"
