"""What a resident writes is nowhere in the clear: database, log, content files, backup, log lines."""

import logging

from backend.domain.drafts import Draft
from backend.store import backup, cases, drafts, files
from backend.store.database import FILE
from tests.people import INGER, VISITOR
from tests.store.conftest import NOW, rats, send, wait
from tests.store.test_files import picture
from tests.uploaded import Uploaded

NUMBER = "0712451234"
SENTENCE = "Rotten bor under fru Olsens trappe"
PLANTED = [text.encode() for text in (NUMBER, SENTENCE, "fru Olsen")]


def test_no_planted_number_or_sentence_is_found_anywhere_on_the_disk_or_in_a_log_line(db, data, sign, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    for actor in (INGER, VISITOR):
        wait(drafts.put(db, actor, Draft(id="d" * 32, service="passport", version=1, answers={"why": SENTENCE}, raw={"cpr": NUMBER}), NOW))
        paper = wait(files.add(db, actor, Uploaded(picture()), f"{NUMBER} {SENTENCE}.jpg", NOW))
        tasks = [{"id": "consent", "who": "other", "say": SENTENCE, "name": "fru Olsen"}]
        new = rats(answers={"where": SENTENCE, "photo": paper}, facts={"person.name": NUMBER}, files=[paper["id"]], tasks=tasks)
        kept = send(db, actor, sign, new=new)
    backup.backup(data, tmp_path / "backups", NOW)
    assert searched(data, tmp_path / "backups") > 5
    assert [text for text in PLANTED if text.decode() in caplog.text] == []
    assert wait(cases.get(db, VISITOR, kept.case)).content["answers"]["where"] == SENTENCE  # it is there, sealed


def test_the_search_itself_finds_what_is_not_sealed(db, data):
    db.write_now(lambda tx, actor: tx.con.execute("UPDATE person SET language = ? WHERE id = 1", (SENTENCE,)), INGER)
    assert hits(data / f"{FILE}-wal") or hits(data / FILE)


def searched(*folders) -> int:
    found = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    assert [file.name for file in found if hits(file)] == []
    return len(found)


def hits(file) -> bool:
    content = file.read_bytes()
    return any(text in content for text in PLANTED)
