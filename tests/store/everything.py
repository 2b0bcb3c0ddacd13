"""One person of whom every table holds something, with a sentence and a number planted wherever words are kept."""

import msgspec

from backend.domain.actors import SYSTEM, Actor
from backend.domain.contacts import Contact
from backend.domain.drafts import Draft
from backend.domain.letters import Written
from backend.domain.residents import Resident
from backend.domain.submissions import Booking
from backend.store import (
    activations, casework, contacts, drafts, files, folders, letters, messages, notices, papers, passkeys, personas, persons, rungs, sessions,
    subscriptions,
)  # fmt: skip
from backend.store.database import Database
from backend.store.messages import To
from backend.store.statements import Statement
from backend.store.subscriptions import Phone
from tests.store.conftest import NOW, rats, send, wait
from tests.store.staffed import MARIE, acting, add_staff
from tests.store.test_files import picture
from tests.store.test_mailings import OPERATOR
from tests.uploaded import Uploaded
from tests.written import letter

SENTENCE = "Hun bor alene med tre katte"
NUMBER = "0102034444"
AT = int(NOW.timestamp() * 1000)
PHONE = Phone("https://push.example/planted-0102034444", "p256dh", "auth", "da", name="Android")
NAMED = Statement("named", "UPDATE person SET cpr_mac = :mac, mac = :row_mac, sealed = :sealed, language = 'da' WHERE public_id = :public_id")
LISTED = Statement("listed", "INSERT INTO register (person, line_mac, listed_at, status) SELECT id, x'', 0, '' FROM person WHERE public_id = :public_id ON CONFLICT DO NOTHING")
KIN = Statement(
    "kin", "INSERT INTO family (person, kinship, relative_mac, mac) SELECT id, 'partner', :relative, :mac FROM person WHERE public_id = :public_id"
)
OFF = Statement("off", "INSERT INTO sender_off (person, sender, off_at) SELECT id, 'insurer', 1 FROM person WHERE public_id = :public_id")
LINE = Statement(
    "line", "INSERT INTO mailing_line (mailing, line, person, outcome, merged) SELECT m.id, 99, p.id, 'mailbox', x'00' FROM mailing AS m, person AS p "
    "WHERE p.public_id = :public_id"
)  # fmt: skip
MAILING = Statement(
    "mailing", "INSERT INTO mailing (public_id, letter, audience, state, starts_at, made_at, changed_at) VALUES ('m1', :letter, 'list', 'done', 0, 0, 0)"
)
PLACED = Statement("placed", "INSERT INTO mailbox (person, letter, available_at, merged) SELECT id, :letter, 1, :merged FROM person WHERE public_id = :public_id")
CORRECTION = Statement(
    "correction", "INSERT INTO correction (person, case_id, idem, begun_at) SELECT person, id, 'k', 1 FROM cases WHERE public_id = :case"
)


def fill(db: Database, actor: Actor, sign, number: str = NUMBER, sentence: str = SENTENCE) -> str:  # noqa: ANN001 - the fixture
    """The public id of the case."""
    add_staff(db, MARIE)
    of_register(db, actor, number, sentence)
    db.write_now(sessions.insert, SYSTEM, new=sessions.New(actor.session, b"t" + actor.session.encode(), actor.person, "resident", "iphone", AT, 2**53, AT).signed(db.keys))
    db.write_now(passkeys.add, SYSTEM, new=passkeys.New("key-1", actor.person, b"credential", b"public", 0, False, AT, "iphone").signed(db.keys))
    db.write_now(activations.add, SYSTEM, new=activations.New("code-1", actor.person, b"mac", "hash", False, AT, AT + 9).signed(db.keys))
    wait(contacts.put(db, actor, Contact(phone=number, email="cats@example.dk", is_paper=True), NOW))
    case = of_case(db, actor, sign, number, sentence)
    of_mailbox(db, actor, case, sentence)
    of_reminders(db, actor)
    return case


def of_register(db: Database, actor: Actor, number: str, sentence: str) -> None:
    person = db.read_now(persons.find, SYSTEM, public_id=actor.person)
    mac = db.keys.look_up(number)
    sealed = db.keys.seal(person, "person", actor.person, msgspec.json.encode(Resident(sentence, "1944-03-02", "Torvet 1", "1000", "Havneby", phone=number)))
    relative = db.keys.look_up("0303035555")
    said = [
        (NAMED, {"mac": mac, "row_mac": db.keys.row_mac("person", actor.person, mac), "sealed": sealed}), (LISTED, {}), (OFF, {}),
        (KIN, {"relative": relative, "mac": db.keys.row_mac("family", actor.person, "partner", relative)}),
    ]  # fmt: skip
    run(db, *((statement, values | {"public_id": actor.person}) for statement, values in said))
    run(db, (personas.SQL.add_persona, {"public_id": actor.person, "place": 1, "about": sentence, "mac": b""}))


def of_case(db: Database, actor: Actor, sign, number: str, sentence: str) -> str:  # noqa: ANN001
    wait(drafts.put(db, actor, Draft(id="a" * 32, service="passport", version=1, answers={"why": sentence}), NOW))
    sent = wait(files.add(db, actor, Uploaded(picture((61, 20))), f"{sentence}.jpg", NOW, files.Room(least_free=0)))
    new = rats(answers={"where": f"{sentence} {number}"}, files=[sent["id"]], booking=Booking("town-hall", "2026-11-26T10:15", since="2026-11-24T09:30"))
    case = send(db, actor, sign, new=new).case
    here = wait(casework.place(db, MARIE, case))
    wait(casework.note(db, acting(MARIE), here, f"{sentence}, siger hun", NOW))
    here = wait(casework.place(db, MARIE, case))
    wait(casework.ask(db, acting(MARIE), here, here.revision, {"say": "", "text": sentence, "lang": "da", "by": "2026-12-08"}, NOW))
    run(db, (CORRECTION, {"case": case}))
    return case


def of_mailbox(db: Database, actor: Actor, case: str, sentence: str) -> None:
    said = letter(sender_name=sentence)
    db.write_now(letters.add, SYSTEM, new=wait(letters.sealed_for(db, actor.person, said, NOW)))
    photo = wait(files.add(db, actor, Uploaded(picture((62, 20))), "answer.jpg", NOW, files.Room(least_free=0)))
    wait(messages.send(db, actor, "b" * 32, To("rats", case=case), Written(sentence, "da", NOW.isoformat(), [photo], sentence), NOW))
    wait(folders.make(db, actor, sentence, NOW))
    wait(papers.add(db, actor, Uploaded(picture((63, 20))), f"{sentence}.jpg", NOW, papers.Room(least_free=0)))
    person = db.read_now(persons.find, SYSTEM, public_id=actor.person)
    shared = letters.sealed_for_many(db.keys, letter(), NOW)
    row = db.write_now(letters.add_shared, OPERATOR, new=shared)
    merged = letters.sealed_merged(db.keys, person, shared.public_id, {"name": sentence})
    run(db, (PLACED, {"letter": row, "merged": merged, "public_id": actor.person}), (MAILING, {"letter": row}), (LINE, {"public_id": actor.person}))


def of_reminders(db: Database, actor: Actor) -> None:
    wait(subscriptions.put(db, actor, PHONE, "https://push.example", "1", NOW))
    person = db.read_now(persons.find, SYSTEM, public_id=actor.person)
    due = db.read_now(notices.of_person, SYSTEM, person=person.id)
    phone = wait(subscriptions.list_own(db, actor))[0].row.id
    new = rungs.New(person.id, rungs.new_id(), "push", AT, AT + 9000, AT, "due", notices=[(due[0].id, "first")], phones=[phone])
    db.write_now(rungs.add, SYSTEM, new=new)


def run(db: Database, *said: tuple[Statement, dict]) -> None:
    db.write_now(lambda tx, actor: [tx.run(statement, **values) for statement, values in said], SYSTEM)
