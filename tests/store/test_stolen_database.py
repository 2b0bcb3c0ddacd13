"""A copy of the database file says no id that opens anything; one edited by hand gives nobody what is another's."""

import pytest

from backend.domain.actors import NOBODY, SYSTEM, guest
from backend.domain.drafts import Draft
from backend.domain.errors import NotFound
from backend.domain.submissions import Replay
from backend.store import cases, connections, drafts, files, persons, sessions, submissions
from backend.store.database import FILE, Database
from backend.store.keyring import Keyring, Tampered
from tests.people import INGER, PASSER_BY, VISITOR
from tests.store.conftest import KEY, NOW, add_guest, add_person, rats, send, wait
from tests.store.test_files import add

DRAFT = Draft(id="d" * 32, service="passport", version=1, answers={"why": "mine alone"})
MINE = "e" * 32


@pytest.fixture
def edit(db, data):
    """SQL run on the file by another program."""

    def run(text, *values):
        con = connections.connect((data / FILE).resolve().as_uri())
        found = con.execute(text, values).fetchall()
        con.close()
        return found

    return run


@pytest.mark.parametrize("actor", [INGER, VISITOR], ids=["resident", "guest"])
def test_a_copy_of_the_database_names_no_draft_and_no_key_that_opens_a_receipt(db, data, sign, actor):
    wait(drafts.put(db, actor, DRAFT, NOW))
    kept = send(db, actor, sign)
    assert kept.receipt.key == KEY and wait(cases.get(db, actor, kept.case)).case.receipt.key == KEY
    for file in data.glob(f"{FILE}*"):
        for id in (KEY, DRAFT.id):
            assert id.encode() not in file.read_bytes() and bytes.fromhex(id) not in file.read_bytes()


def test_a_guests_draft_given_to_another_session_does_not_open_there(db, edit):
    wait(drafts.put(db, VISITOR, DRAFT, NOW))
    edit("UPDATE draft SET owner = ?", PASSER_BY.session)
    with pytest.raises(Tampered):
        wait(drafts.get(db, PASSER_BY, "passport"))


@pytest.mark.parametrize("is_sent", [False, True])
def test_a_guests_photo_given_to_another_session_does_not_open_there(db, sign, edit, is_sent):
    paper = add(db, VISITOR)
    if is_sent:
        send(db, VISITOR, sign, new=rats(files=[paper["id"]]))
        assert wait(files.get(db, VISITOR, paper["id"])).data
    edit("UPDATE file SET owner = ?", PASSER_BY.session)
    with pytest.raises(Tampered):
        wait(files.get(db, PASSER_BY, paper["id"]))


def test_a_guests_key_copied_to_another_session_opens_nothing(db, edit):
    wait(drafts.put(db, VISITOR, DRAFT, NOW))
    edit("UPDATE draft SET owner = ?", PASSER_BY.session)
    edit("UPDATE session SET (kek_id, wrapped_key) = (SELECT kek_id, wrapped_key FROM session WHERE public_id = ?)", VISITOR.session)
    with pytest.raises(Tampered):
        wait(drafts.get(db, PASSER_BY, "passport"))


def test_what_a_guest_sent_does_not_open_under_another_guests_key(db, sign, edit):
    send(db, VISITOR, sign)
    send(db, PASSER_BY, sign, key=MINE, new=rats(answers={"where": "elsewhere"}))
    (mine,), (hers,) = edit("SELECT idem FROM submission WHERE id = 2"), edit("SELECT idem FROM submission WHERE id = 1")
    edit("UPDATE submission SET idem = 'x' WHERE id = 2")
    edit("UPDATE submission SET idem = ? WHERE id = 1", mine[0])
    with pytest.raises(Tampered):
        wait(submissions.get(db, PASSER_BY, MINE))
    edit("UPDATE submission SET idem = ? WHERE id = 1", hers[0])
    assert wait(submissions.get(db, guest(), KEY)).receipt.key == KEY


def test_a_task_with_a_name_in_it_does_not_open_with_another_guests_case(db, sign, edit):
    send(db, VISITOR, sign, new=rats(tasks=[{"id": "consent", "who": "other", "say": "", "name": "fru Olsen", "why": ""}]))
    send(db, PASSER_BY, sign, key=MINE, new=rats(answers={"where": "elsewhere"}))
    edit("UPDATE task SET case_id = 2")
    with pytest.raises(Tampered):
        wait(submissions.get(db, PASSER_BY, MINE))


def test_what_a_guest_had_begun_opens_to_nobody_once_the_session_has_ended(db, edit):
    wait(drafts.put(db, VISITOR, DRAFT, NOW))
    ((sealed, public_id),) = edit("SELECT sealed, public_id FROM draft")
    db.write_now(sessions.end, VISITOR, public_ids=[VISITOR.session], at=1)
    assert edit("SELECT wrapped_key FROM session WHERE public_id = ?", VISITOR.session) == []
    for person in (db.read_now(persons.find, SYSTEM, public_id=NOBODY), db.read_now(persons.holder, PASSER_BY)):
        with pytest.raises(Tampered):
            db.keys.open(person, drafts.TABLE, public_id, sealed)
    with pytest.raises(NotFound):
        wait(drafts.get(db, VISITOR, "passport"))


def newer(keys: Keyring) -> Keyring:
    """With one more key for the ids, as an operator adds it."""
    return Keyring(keys.keys | {"hmac-id": keys.keys["hmac-id"] | {"2": b"\7" * 32}})


def test_after_a_new_key_for_ids_a_retry_is_a_retry_and_a_draft_goes_on(data, keys, sign):
    db = Database(data, keys)
    add_person(db, INGER.person)
    add_guest(db, VISITOR)
    sent = send(db, INGER, sign)
    begun = {actor: wait(drafts.put(db, actor, DRAFT, NOW)) for actor in (INGER, VISITOR)}
    db.close()
    db = Database(data, newer(keys))
    again = send(db, INGER, sign)
    assert type(again) is Replay and again.receipt == sent.receipt
    for actor in (INGER, VISITOR):
        assert wait(drafts.put(db, actor, begun[actor], NOW)).revision == 2
        send(db, actor, sign, key=DRAFT.id, new=rats(service="passport"))
        assert wait(drafts.get(db, actor, "passport")).sent == DRAFT.id
    db.close()
