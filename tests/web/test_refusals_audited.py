"""What is turned away at the door stands in the audit log."""

from pathlib import Path

from litestar.testing import TestClient

from backend.store import audit, backup, connections
from backend.store.database import FILE
from backend.store.statements import Tx
from tests.web.conftest import ORIGIN, OURS, built


def test_a_forged_post_and_a_wrong_code_stand_in_the_audit_log_when_the_server_has_stopped(tmp_path: Path) -> None:
    door = built(tmp_path)
    with TestClient(door, base_url=ORIGIN) as phone:
        assert phone.post("/en/sign-out", headers={"origin": "https://evil.example"}).status_code == 403
        phone.post("/en/activate", data={"code": "ABCD-EFGH-JKMN"}, headers=OURS)
        keys = door.inner.state.app.db.keys
    con = connections.to_copy((tmp_path / FILE).resolve())
    lines = Tx(con).all(audit.SQL.lines_after, audit.Line, after=0, most=2**31)
    con.close()
    assert {line.object.split("/")[0] for line in lines if line.verb == "refused"} == {"forbidden", "code-refused"}
    assert backup.check(tmp_path, keys) == []
