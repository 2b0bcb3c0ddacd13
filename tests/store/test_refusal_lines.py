"""Every refusal is in the audit log, and no flood of them makes the log grow faster than a few lines a minute."""

from backend.domain.actors import SYSTEM
from backend.store import audit
from backend.store.refusal_lines import MOST_A_MINUTE, OTHERS, RefusalLines
from tests.store.conftest import wait


def objects(db):
    return [line.object for line in db.read_now(lambda tx, actor: tx.all(audit.SQL.lines_after, audit.Line, after=0, most=2**31), SYSTEM) if line.verb == "refused"]


def test_refusals_are_counted_and_stand_in_the_log_once_a_minute(db):
    lines = RefusalLines(db)
    for _ in range(3):
        lines.note("code-refused", "198.51.100.0/24")
    lines.note("passkey-refused", "")
    wait(lines.write(1))
    wait(lines.write(2))
    assert objects(db) == ["code-refused/198.51.100.0/24/3", "passkey-refused/others/1"]


def test_a_flood_from_everywhere_writes_no_more_than_its_lines_and_loses_no_count(db):
    lines = RefusalLines(db)
    for n in range(10_000):
        lines.note("too-many", f"10.{n // 256}.{n % 256}.0/24")
    wait(lines.write(1))
    found = objects(db)
    assert len(found) == MOST_A_MINUTE and found[-1].startswith(OTHERS)
    assert sum(int(one.rpartition("/")[2]) for one in found) == 10_000
