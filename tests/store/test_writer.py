import asyncio
import secrets
import threading
import time

import pytest

from backend.domain.actors import SYSTEM
from backend.domain.errors import Busy
from backend.store import audit, connections, write_queue
from backend.store.database import Database
from backend.store.statements import Statement
from backend.store.write_queue import Job, Queue
from tests.store.conftest import count, wait

MARK = Statement("mark", "INSERT INTO notice (person, public_id, matter, created_at) VALUES (1, :id, :id, 0)")
FILL = Statement("fill", "UPDATE probe SET filler = randomblob(:bytes)")


def mark(tx, actor, id):
    tx.run(MARK, id=id)
    return id


def mark_and_fail(tx, actor, id):
    tx.run(MARK, id=id)
    raise ValueError(id)


def hold(tx, actor, until):
    until.wait(10)


def together(db, *bodies):
    """All in one batch: the writer is held by the first job until the others wait."""

    async def run():
        until = threading.Event()
        first = asyncio.ensure_future(db.write(hold, SYSTEM, until=until))
        await asyncio.sleep(0.05)
        rest = [asyncio.ensure_future(db.write(body, SYSTEM, **params)) for body, params in bodies]
        await asyncio.sleep(0)
        until.set()
        await first
        return await asyncio.gather(*rest, return_exceptions=True)

    return asyncio.run(run())


def test_a_write_answers_what_its_body_answers(db):
    assert wait(db.write(mark, SYSTEM, id="a")) == "a"
    assert count(db, "notice") == 1


def test_an_error_of_one_request_undoes_that_request_alone(db):
    answers = together(db, (mark, {"id": "a"}), (mark_and_fail, {"id": "b"}), (mark, {"id": "c"}))
    assert answers[0] == "a" and isinstance(answers[1], ValueError) and answers[2] == "c"
    assert count(db, "notice") == 2


def test_many_writes_share_one_commit(db):
    """Counted by the links of the audit chain: one for each commit."""
    links = count(db, "audit_link")
    together(db, *[(audit.add, {"verb": "x", "object": str(n), "at": 0}) for n in range(60)])
    assert count(db, "audit_link") == links + 1


def test_a_full_disk_in_the_middle_of_a_batch_loses_no_earlier_request_of_it(db):
    """SQLITE_FULL ends the whole transaction, the earlier savepoints with it: they are run again, one by one."""
    wait(db.write(lambda tx, actor: tx.con.execute("INSERT INTO probe VALUES (1, x'00')"), SYSTEM))
    pages = db.writer.con.execute("PRAGMA page_count").fetchone()[0]
    db.writer.con.execute(f"PRAGMA max_page_count={pages + 8}")
    answers = together(
        db, (mark, {"id": "a"}), (lambda tx, actor: tx.run(FILL, bytes=10**6), {}), (mark, {"id": "c"})
    )
    assert answers[0] == "a" and isinstance(answers[1], Busy) and answers[1].why == "disk-full"
    stored = db.scan_now(lambda tx, actor: tx.all(Statement("ids", "SELECT public_id FROM notice"), str), SYSTEM)
    assert stored == [one for one in answers if isinstance(one, str)]


def test_writing_begins_again_by_itself_when_the_disk_has_room(data, keys):
    db = Database(data, keys, probe_every_s=0.05)
    pages = db.writer.con.execute("PRAGMA page_count").fetchone()[0]
    db.writer.con.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(Busy):
        db.write_now(lambda tx, actor: tx.con.execute("INSERT INTO probe VALUES (1, randomblob(1000000))"), SYSTEM)
    assert db.refusing == "disk-full"
    with pytest.raises(Busy):
        db.write_now(mark, SYSTEM, id="b")
    assert wait(db.write_later(mark, SYSTEM, id="owed")) is False
    db.writer.con.execute("PRAGMA max_page_count=100000")
    until(lambda: not db.refusing and count(db, "notice") == 1)
    db.write_now(mark, SYSTEM, id="c")
    assert count(db, "notice") == 2
    db.close()


def test_a_commit_that_fails_on_the_disk_answers_busy_and_ends_the_process(data, keys, monkeypatch):
    ended = []
    db = Database(data, keys, exit=ended.append)
    monkeypatch.setattr("backend.store.writer.LAST_WORDS_S", 0)
    db.writer.con = Failing(db.writer.con, "COMMIT")
    with pytest.raises(Busy) as refused:
        db.write_now(mark, SYSTEM, id="a")
    assert refused.value.why == "disk-error"
    until(lambda: ended == [70])
    db.writer.con.words = ""
    with pytest.raises(Busy):
        db.write_now(mark, SYSTEM, id="b")  # nothing more goes over that connection
    assert count(db, "notice") == 0
    db.close()


def test_a_caller_who_leaves_does_not_undo_the_write(db):
    async def leave():
        held = threading.Event()
        first = asyncio.ensure_future(db.write(hold, SYSTEM, until=held))
        await asyncio.sleep(0.05)
        gone = asyncio.ensure_future(db.write(mark, SYSTEM, id="a"))
        await asyncio.sleep(0)
        gone.cancel()
        held.set()
        await first
        await db.write(mark, SYSTEM, id="b")

    asyncio.run(leave())
    assert count(db, "notice") == 2


def test_what_waits_is_bounded_in_number_bytes_and_age(monkeypatch):
    waiting = Queue()
    for _ in range(write_queue.MOST_JOBS):
        waiting.put(job())
    with pytest.raises(Busy) as refused:
        waiting.put(job())
    assert refused.value.why == "queue-full" and 1 <= refused.value.carries["retry_after_s"] <= 5
    heavy = Queue()
    heavy.put(job(sealed=b"x" * write_queue.MOST_BYTES))
    with pytest.raises(Busy):
        heavy.put(job(sealed=b"y"))
    old = Queue()
    old.put(job())
    old.people[0].came_at -= write_queue.OLDEST_S + 0.1
    with pytest.raises(Busy):
        old.put(job())


def test_people_go_before_bulk_and_a_batch_holds_one_chunk_of_it():
    waiting = Queue()
    for n in range(3):
        waiting.put(job(bulk=n), bulk=True)
    waiting.put(job(person=1))
    batch = waiting.take(0)
    assert [one.params for one in batch] == [{"person": 1}, {"bulk": 0}]


def test_beside_people_bulk_rests_three_times_as_long_as_its_batch_took_and_alone_it_does_not():
    now = [0.0]
    waiting = Queue(lambda: now[0])

    def taken(after_s, *people):
        now[0] += after_s
        for one in people:
            waiting.put(job(person=one))
        return [one.params for one in waiting.take(0)]

    for n in range(5):
        waiting.put(job(bulk=n), bulk=True)
    assert taken(0.0) == [{"bulk": 0}] and taken(0.01) == [{"bulk": 1}], "nobody else writes"
    assert taken(0.01, 1) == [{"person": 1}, {"bulk": 2}]
    assert taken(0.02, 2) == [{"person": 2}] and taken(0.03, 3) == [{"person": 3}] and taken(0.02) == []
    assert taken(0.02, 4) == [{"person": 4}, {"bulk": 3}]
    assert taken(1.0) == [] and taken(write_queue.MOST_REST_S) == [{"bulk": 4}], "a slow disk does not hold it up for ever"


def test_bulk_that_rests_is_taken_as_soon_as_its_rest_is_over():
    waiting = Queue()
    waiting.put(job(bulk=1), bulk=True)
    waiting.bulk_from = waiting.clock() + 0.02
    began = time.monotonic()
    assert [one.params for one in waiting.take(5)] == [{"bulk": 1}] and time.monotonic() - began < 2


def test_closing_drains_what_was_taken_in(data, keys):
    async def fill(db):
        writes = [asyncio.ensure_future(db.write(mark, SYSTEM, id=str(n))) for n in range(300)]
        await asyncio.sleep(0)
        await asyncio.to_thread(db.close)
        return await asyncio.gather(*writes)

    assert len(asyncio.run(fill(Database(data, keys)))) == 300
    again = Database(data, keys)
    assert count(again, "notice") == 300
    again.close()


def test_a_read_on_the_event_loop_that_runs_away_is_stopped(db):
    endless = Statement("endless", "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n")
    with pytest.raises(Exception, match="interrupted"):
        db.read_now(lambda tx, actor: tx.one(endless, int), SYSTEM)
    for _ in range(100):  # and the next ones are not blamed for it
        db.read_now(audit.of_subject, SYSTEM)


def test_a_scan_that_never_ends_is_stopped_too_and_gives_its_thread_back(db, monkeypatch):
    monkeypatch.setattr("backend.store.database.SCAN_S", 0.05)
    endless = Statement("endless", "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n")
    with pytest.raises(Exception, match="interrupted"):
        wait(db.scan(lambda tx, actor: tx.one(endless, int), SYSTEM))
    assert wait(db.scan(lambda tx, actor: 1, SYSTEM)) == 1


def test_a_reader_can_not_write(db):
    with pytest.raises(Busy, match="read-only"):
        db.read_now(mark, SYSTEM, id="a")


def test_a_denied_session_is_denied_without_the_disk(db):
    db.writer.refuse("disk-full")
    db.deny("s-inger")
    assert db.is_denied("s-inger") and not db.is_denied("s-yusuf")


class Failing:
    """A connection whose COMMIT meets an I/O error."""

    def __init__(self, con, words):
        self.con, self.words = con, words

    def __getattr__(self, name):
        return getattr(self.con, name)

    def execute(self, text, params=()):
        if self.words and text.startswith(self.words):
            self.con.execute("ROLLBACK")
            raise disk_error()
        return self.con.execute(text, params)


def disk_error():
    from backend.store import connections

    error = connections.Error("disk I/O error")
    error.sqlite_errorcode = 10
    return error


def job(**params):
    return Job(mark, SYSTEM, params, None, None)


def until(what, seconds=10):
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end
        time.sleep(0.02)


# What ends the thread, or holds it up


def test_an_error_nobody_foresaw_ends_the_process_and_leaves_nobody_waiting(data, keys, monkeypatch):
    ended = []
    monkeypatch.setattr("backend.store.writer.LAST_WORDS_S", 0)
    db = Database(data, keys, exit=ended.append)
    monkeypatch.setattr(db.writer.chain, "seal", lambda tx: 1 / 0)
    with pytest.raises(Busy):
        db.write_now(mark, SYSTEM, id="a")
    until(lambda: ended == [70])
    assert db.refusing and not db.writer.is_alive
    with pytest.raises(Busy):
        db.write_now(mark, SYSTEM, id="b")
    db.close()


def test_those_who_wait_behind_a_batch_that_killed_the_writer_are_told_too(data, keys, monkeypatch):
    monkeypatch.setattr("backend.store.writer.LAST_WORDS_S", 0)
    db = Database(data, keys, exit=lambda code: None)

    def hold_and_break(tx, actor, until):
        until.wait(10)
        db.writer.chain.seal = lambda tx, lines: 1 / 0

    async def run():
        held = threading.Event()
        first = asyncio.ensure_future(db.write(hold_and_break, SYSTEM, until=held))
        await asyncio.sleep(0.05)
        rest = [asyncio.ensure_future(db.write(mark, SYSTEM, id=str(n))) for n in range(200)]
        await asyncio.sleep(0)
        held.set()
        return await asyncio.wait_for(asyncio.gather(first, *rest, return_exceptions=True), 10)

    assert all(isinstance(one, Busy) for one in asyncio.run(run()))
    db.close()


def test_a_body_that_ends_an_iteration_too_early_keeps_nobody_behind_it_waiting(db):
    answers = together(db, (lambda tx, actor: next(iter(())), {}), (mark, {"id": "a"}))
    assert isinstance(answers[0], RuntimeError) and answers[1] == "a"


def test_a_long_reader_never_makes_a_write_wait_and_the_log_shrinks_when_it_has_ended(data, keys, monkeypatch):
    monkeypatch.setattr("backend.store.writer.SHRINK_EVERY_S", 0.01)
    db = Database(data, keys, probe_every_s=0.01)
    db.write_now(mark, SYSTEM, id="a")
    reader = db.open_reader()
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM notice").fetchall()
    db.write_now(mark, SYSTEM, id="b")
    db.writer.shrink_log()
    slowest = max(timed(lambda: db.write_now(mark, SYSTEM, id=secrets.token_hex(4))) for _ in range(20))
    assert slowest < 1, "SQLite would wait 5 s for the reader"
    assert db.writer.must_shrink and db.log_bytes() > 0
    reader.execute("ROLLBACK")
    reader.close()
    until(lambda: not db.writer.must_shrink)
    assert db.log_bytes() == 0
    db.close()


def test_the_log_shrinks_after_an_erasure_though_people_never_stop_writing(data, keys, monkeypatch):
    monkeypatch.setattr("backend.store.writer.SHRINK_EVERY_S", 0.01)
    db = Database(data, keys)  # a quiet moment would be five seconds
    db.writer.shrink_log()
    until(lambda: db.write_now(mark, SYSTEM, id=secrets.token_hex(4)) and not db.writer.must_shrink)
    db.close()


def test_a_log_a_reader_kept_full_at_the_start_is_emptied_when_that_reader_has_gone(data, keys, monkeypatch):
    monkeypatch.setattr("backend.store.writer.SHRINK_EVERY_S", 0.01)
    first = Database(data, keys)
    first.write_now(mark, SYSTEM, id="a")
    reader = first.open_reader()
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM notice").fetchall()
    first.write_now(mark, SYSTEM, id="b")
    first.close()
    again = Database(data, keys, connect=impatient, probe_every_s=0.01)
    assert again.log_bytes() > 0
    reader.execute("ROLLBACK")
    reader.close()
    until(lambda: again.log_bytes() == 0)
    again.close()


def test_more_sign_outs_than_the_queue_takes_are_all_written_when_the_disk_is_back(db, monkeypatch):
    monkeypatch.setattr(write_queue, "MOST_JOBS", 3)
    db.owed = [(mark, SYSTEM, {"id": str(n)}) for n in range(10)]
    until(lambda: db.settle_debts() or not db.owed)
    until(lambda: count(db, "notice") == 10)


def test_a_writer_that_hangs_is_told_from_one_that_works(db, monkeypatch):
    assert db.writer.is_alive
    monkeypatch.setattr("backend.store.writer.LONGEST_JOB_S", -10)
    db.writer.beat_at -= 20
    assert not db.writer.is_alive


def impatient(path):
    con = connections.to_write(path)
    con.execute("PRAGMA busy_timeout=10").fetchall()
    return con


def timed(act):
    began = time.monotonic()
    act()
    return time.monotonic() - began
