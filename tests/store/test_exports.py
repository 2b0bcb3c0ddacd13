"""What she gets when she asks for all that is kept about her: everything, opened, and nothing of anybody else."""

import msgspec

from backend.store import audit, content_files, exports, files
from backend.store.statements import Statement
from tests.people import INGER, YUSUF
from tests.store.conftest import NOW, wait
from tests.store.everything import NUMBER, SENTENCE, fill
from tests.store.staffed import MARIE
from tests.store.test_erasures import tables


def got(db, sign):
    fill(db, INGER, sign)
    return wait(exports.gather(db, INGER, NOW))


def test_every_table_that_names_a_person_is_in_it_or_says_why_not(db):
    """Also those that name her otherwise: by a row of hers, or as the subject of the log."""
    assert set(tables(db.writer.con)) | {"delivery", "rung_notice"} <= exports.TABLES.keys() | exports.SHAPED | exports.LEFT_OUT.keys() | {"rung_notice"}
    assert not exports.LEFT_OUT.keys() & exports.TABLES.keys()


def test_each_of_them_gives_its_rows_opened(db, sign):
    found = got(db, sign)
    assert [table for table, rows in found.rows.items() if not rows] == []
    assert [(table, row) for table, rows in found.rows.items() for row in rows if row.get("damaged")] == []
    said = msgspec.json.encode(found.rows).decode()
    assert said.count(SENTENCE) > 8 and NUMBER in said and f"{SENTENCE}, siger hun" in said
    assert [(one.letter.sender_name, one.values) for one in found.letters if one.letter] == [(SENTENCE, {}), ("Havneby Kommune", {"name": SENTENCE})]


def test_the_bytes_of_every_photo_and_paper_are_there(db, sign):
    found = got(db, sign)
    assert len(found.bytes) == 3 == len(list(content_files.names(db.data / files.FOLDER)))
    assert all(b"".join(exports.stream(db, name, key))[:3] == b"\xff\xd8\xff" for _, _, name, key in found.bytes)


def test_no_key_no_hash_and_no_name_of_staff_is_in_it(db, sign):
    found = got(db, sign)
    said = msgspec.json.encode(found.rows).decode()
    assert MARIE.name not in said and MARIE.id not in said
    names = {name for rows in found.rows.values() for row in rows for name in row}
    assert not names & {"wrapped_key", "kek_id", "cpr_mac", "token_mac", "code_hash", "code_mac", "mac", "sealed", "idem", "auth", "p256dh", "key_mac"}
    assert all("key" not in row for table in ("file", "paper") for row in found.rows[table])
    assert [row["by_staff"] for row in found.rows["case_event"]].count(1) >= 2


def test_a_stranger_gets_his_own(db, sign):
    fill(db, INGER, sign)
    found = wait(exports.gather(db, YUSUF, NOW))
    assert SENTENCE not in msgspec.json.encode(found.rows).decode() and found.letters == [] and found.bytes == []


def test_a_damaged_row_costs_itself_alone(db, sign):
    fill(db, INGER, sign)
    db.write_now(lambda tx, _: tx.run(Statement("spoil", "UPDATE message SET sealed = x'00112233445566778899'")), INGER)
    found = wait(exports.gather(db, INGER, NOW))
    assert [row["damaged"] for row in found.rows["message"]] == [True] and found.rows["task"][0]["text"]


def test_it_is_noted_in_her_log_and_made_three_times_an_hour_at_most(db):
    at = int(NOW.timestamp())
    waits = [wait(exports.wait_s(db, INGER, NOW.fromtimestamp(at + 60 * n, NOW.tzinfo))) for n in range(4)]
    assert waits[:3] == [0, 0, 0] and waits[3] == 3600 - 180
    assert wait(exports.wait_s(db, YUSUF, NOW)) == 0
    assert wait(exports.wait_s(db, INGER, NOW.fromtimestamp(at + 3601, NOW.tzinfo))) == 0
    lines = db.read_now(audit.of_subject, INGER)
    assert [line.verb for line in lines].count("export") == 4
