"""The demo's page of what would have been sent: time goes by for reminders, and the files are shown as they would have left."""

import pytest

from tests.web.conftest import OURS, Client, see


def test_a_week_goes_by_for_reminders_alone(phone: Client) -> None:
    before = see(phone, "/en/demo")["at"]
    answer = phone.post("/en/demo", data={"do": "week"}, headers=OURS, follow_redirects=False)
    assert answer.status_code == 303 and answer.headers["location"] == "/en/demo"
    assert see(phone, "/en/demo")["at"] > before


def test_what_was_sent_is_listed_and_shown_byte_for_byte(phone: Client, door) -> None:
    folder = door.inner.state.app.settings.data / "outbox" / "sms"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{'a' * 32}.txt").write_bytes("+4520202020\n\nDer er nyt til dig. ☎\n".encode())
    one = next(one for one in see(phone, "/en/demo")["messages"] if "a" * 32 in one["path"])
    assert one["kind"] == "sms"
    assert "☎" in phone.get("/" + one["path"]).text


@pytest.mark.parametrize("path", ["demo/sms/..%2F..%2Fmedborger.db", "demo/keys/x", f"demo/sms/{'b' * 32}.txt", "demo/paper/a.txt"])
def test_nothing_else_is_shown(phone: Client, path: str) -> None:
    assert phone.get("/" + path).status_code == 404


def test_a_real_town_has_no_such_page() -> None:
    from backend.web.pages import demo

    assert demo.routes(False) == []
