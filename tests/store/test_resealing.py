"""A database of a release that sealed all guests' rows alike and kept ids in clear, at its first start under this one."""

import secrets

import msgspec
import pytest

from backend.domain.actors import NOBODY, SYSTEM
from backend.store import backup, cases, connections, drafts, files, migrations, persons, sessions, submissions, unfinished, upgrades
from backend.store.database import FILE, Database
from backend.store.keyring import Person, Tampered
from backend.store.statements import Statement, Tx
from tests.people import INGER, PASSER_BY, VISITOR
from tests.store.conftest import KEY, NOW, wait

HERS, GUESTS, GONE, WAITS = "1" * 32, "2" * 32, "3" * 32, "4" * 32
DRAFT = {"service": "rats", "version": 1, "answers": {"where": "yard"}}
FILE_IDS = {"loose": "5" * 32, "sent": "6" * 32}


def insert(con, table, **values):
    names = ", ".join(values)
    text = f"INSERT INTO {table} ({names}) VALUES ({', '.join(f':{name}' for name in values)}) RETURNING id"
    return Tx(con).one(Statement("old", text), int, **values)


@pytest.fixture
def old(tmp_path, keys):
    """The folder, with what stood in it under the schema of 0013."""
    steps, data = tmp_path / "steps", tmp_path / "data"
    steps.mkdir()
    data.mkdir()
    for file in sorted(migrations.HERE.glob("*.sqlite.sql"))[:13]:
        (steps / file.name).write_text(file.read_text())
    con = connections.to_write((data / FILE).resolve())
    migrations.apply(con, data / FILE, steps, {k: act for k, act in upgrades.with_keys(keys).items() if k < "0014"})
    people = {public_id: person(con, keys, public_id) for public_id in (NOBODY, INGER.person)}
    nobody, hers = people[NOBODY], people[INGER.person]

    def sealed(owner, table, public_id, said):
        return keys.seal(owner, table, public_id, msgspec.json.encode(said))

    for session in (VISITOR.session, PASSER_BY.session):
        given = (session, NOBODY, session.encode(), "guest", 0, 2**53, 0)
        insert(
            con, "session", person=nobody.id, public_id=session, token_mac=session.encode(), role="guest", device="", began_at=0, seen_at=0,
            ends_at=2**53, strong_at=0, mac=keys.row_mac("session", *given),
        )  # fmt: skip
    for row, to, owner, id in (
        (hers, hers, "", HERS), (nobody, nobody, VISITOR.session, GUESTS), (nobody, nobody, "s-gone", GONE),
        (nobody, hers, f"{VISITOR.session}/{INGER.person}", WAITS),
    ):  # fmt: skip
        text = sealed(to, "draft", id, DRAFT | {"id": id})
        insert(con, "draft", person=row.id, owner=owner, service="rats", public_id=id, version=1, revision=1, sealed=text, updated_at=0)
    for number, (person_, owner) in enumerate([(nobody, VISITOR.session), (hers, "")]):
        public_id, case_id = secrets.token_hex(16), f"case-{number}"
        said = {"answers": {}, "facts": {}, "lang": "da", "deadlines": [], "received_at": "2026", "about": "", "receipt": "jws", "salt": "s"}
        row = insert(
            con, "submission", person=person_.id, idem=KEY, public_id=public_id, service="rats", version=1, body_mac=b"", sent_mac=b"",
            sealed=sealed(person_, "submission", public_id, said), receipt="", received_at=0,
        )  # fmt: skip
        case = insert(con, "cases", person=person_.id, submission=row, public_id=case_id, number=str(number), service="rats", status="received", opened_at=0)
        task = {"id": "t", "say": "", "who": "me", "name": "fru Olsen", "why": ""}
        insert(con, "task", person=person_.id, case_id=case, public_id=f"t-{number}", task="t", who="me", sealed=sealed(person_, "task", f"t-{number}", task), opened_at=0)
        if owner:
            for name, id in FILE_IDS.items():
                inside = {"name": name, "kind": "image/jpeg", "sha256": "", "key": "00"}
                insert(
                    con, "file", person=person_.id, owner=owner, case_id=case if name == "sent" else None, public_id=id, name=name, bytes=1,
                    sealed=sealed(person_, "file", id, inside), added_at=0,
                )  # fmt: skip
    con.close()
    return data


def person(con, keys, public_id):
    kek_id, wrapped_key = keys.wrap(public_id)
    row = insert(con, "person", public_id=public_id, kek_id=kek_id, wrapped_key=wrapped_key, created_at=0)
    return Person(row, public_id, kek_id, wrapped_key)


def test_what_stood_there_opens_for_the_same_people_and_for_nobody_else(old, keys):
    db = Database(old, keys)
    assert wait(drafts.get(db, INGER, "rats")).id == HERS
    assert wait(drafts.get(db, VISITOR, "rats")).id == GUESTS
    hers = db.read_now(persons.find, INGER, public_id=INGER.person)
    (kept,) = db.read_now(unfinished.of_person, VISITOR, person=INGER.person)
    assert drafts.unseal(db, hers, kept, unfinished.TABLE).id == WAITS
    for actor in (INGER, VISITOR):
        found = wait(submissions.get(db, actor, KEY))
        assert (found.receipt.key, found.receipt.jws, [task["name"] for task in found.tasks]) == (KEY, "jws", ["fru Olsen"])
        assert wait(cases.get(db, actor, found.case)).case.receipt.key == KEY
    for id in FILE_IDS.values():
        assert wait(files.described(db, VISITOR, id))["id"] == id
    db.write_now(lambda tx, actor: tx.con.execute("UPDATE draft SET owner = 's-passer-by' WHERE owner = 's-visitor'").fetchall(), SYSTEM)
    with pytest.raises(Tampered):
        wait(drafts.get(db, PASSER_BY, "rats"))
    assert db.read_now(lambda tx, actor: tx.con.execute("SELECT count(*) FROM draft").fetchone(), SYSTEM) == (3,), "the one whose session is gone"
    db.close()


def test_no_id_is_left_in_the_file_or_its_log(old, keys):
    Database(old, keys).close()
    for id in (KEY, HERS, GUESTS, GONE, WAITS):
        assert all(id.encode() not in file.read_bytes() for file in old.glob(f"{FILE}*"))


def test_it_can_be_checked_and_goes_on_after_sign_in(old, keys):
    db = Database(old, keys)
    new = sessions.New("s-in", b"in", INGER.person, "resident", "", 0, 2**53, 0).signed(keys)
    wait(sessions.begin(db, VISITOR, new, NOW))
    assert {wait(drafts.get(db, INGER, "rats")).id} <= {HERS, GUESTS}
    db.close()
    assert [line for line in backup.check(old, keys) if "content file" not in line] == []


def test_a_row_that_does_not_open_keeps_nobody_from_starting(old, keys):
    con = connections.to_write((old / FILE).resolve())
    con.execute("UPDATE submission SET sealed = x'01' WHERE person = (SELECT id FROM person WHERE public_id = 'nobody')").fetchall()
    con.execute("UPDATE draft SET sealed = x'01' WHERE owner = 's-visitor'").fetchall()
    con.close()
    db = Database(old, keys)
    assert wait(drafts.get(db, VISITOR, "rats")) is None and wait(submissions.get(db, INGER, KEY)).receipt.key == KEY
    db.close()
