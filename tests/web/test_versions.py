"""Old versions of a service: a draft finishes under its own, word for word; a withdrawn one is said in words."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from backend import app
from backend.settings import Settings
from tests.conftest import ROOT
from tests.web.conftest import JSON, NOW, ORIGIN, OURS, Client, built, press, see, sign_in

TEXT = (ROOT / "tests" / "browser" / "elsewhere" / "garden-waste.toml").read_text("utf-8")
NEXT = TEXT.replace("version = 1", "version = 2").replace(
    'ask = "How many sacks are there?"', 'ask = "How many full sacks are there?"'
).replace(
    '[[question]]\nid = "address"', '[[question]]\nid = "gate"\nkind = "text"\nask = "How do we get in?"\n\n[[question]]\nid = "address"'
)  # fmt: skip
HERE = "/en/services/garden-waste"
ADDRESS = {"address_street": "Nygade 7", "address_postcode": "9999", "address_town": "Havneby"}


class Town:
    """One data folder, served again and again: with another text of the service, or with versions withdrawn."""

    def __init__(self, folder: Path) -> None:
        self.data, self.services = folder / "data", folder / "services"
        self.services.mkdir()
        self.write(TEXT)
        self.cookies: dict[str, str] = {}

    def write(self, text: str) -> None:
        (self.services / "garden-waste.toml").write_text(text, "utf-8")

    @contextmanager
    def open(self, **said: Any) -> Iterator[Client]:
        """The same phone in front of the town as it is now."""
        rates = {name: 10**6 for name in ("reads_per_minute", "writes_per_minute", "secrets_per_minute")}
        settings = Settings(data=self.data, demo=True, origin=ORIGIN, services=[self.services], **rates, **said)
        with TestClient(app.create(settings, lambda: NOW), base_url=ORIGIN) as phone:
            phone.cookies.update(self.cookies)
            yield phone
            self.cookies = dict(phone.cookies)


@pytest.fixture(scope="module")
def peopled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("people") / "data"
    built(data).inner.state.app.db.close()
    return data


@pytest.fixture
def town(tmp_path: Path, peopled: Path) -> Town:
    shutil.copytree(peopled, tmp_path / "data")
    return Town(tmp_path)


def begin(phone: Client) -> None:
    """As far as the address; the next question is `ready`."""
    sign_in(phone, "Inger")
    assert press(phone, f"{HERE}/what", {"what": "sacks"}).status_code == 303
    assert press(phone, f"{HERE}/sacks", {"sacks": "3"}).status_code == 303
    assert press(phone, f"{HERE}/address", ADDRESS).headers["location"] == f"{HERE}/ready"


def finish(phone: Client) -> str:
    day = {"ready_day": "30", "ready_month": "11", "ready_year": "2026"}
    assert press(phone, f"{HERE}/ready", day).status_code == 303
    assert press(phone, f"{HERE}/reach", {"reach": ""}).headers["location"] == f"{HERE}/check"
    answer = press(phone, f"{HERE}/check", {d["name"]: "yes" for d in see(phone, f"{HERE}/check")["declarations"]})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def asked(phone: Client) -> list[str]:
    return [row["ask"] for row in see(phone, f"{HERE}/check")["rows"]]


def test_a_draft_under_an_old_version_finishes_word_for_word(town: Town) -> None:
    with town.open() as phone:
        begin(phone)
    town.write(NEXT)
    with town.open() as phone:
        assert see(phone, HERE)["at"] == "services/garden-waste/ready"
        assert see(phone, f"{HERE}/sacks")["ask"] == "How many sacks are there?"
        receipt = finish(phone)
        assert see(phone, receipt)["receipt"]["number"]
        case = see(phone, "/en/mine")["cases"][0]["id"]
        assert "How many sacks are there?" in [row["ask"] for row in see(phone, f"/en/mine/cases/{case}")["answers"]]
        press(phone, f"{HERE}/what?new=1", {"what": "sacks"})
        assert see(phone, f"{HERE}/sacks")["ask"] == "How many full sacks are there?"


def test_a_submission_queued_under_an_old_version_is_taken_as_it_is(town: Town) -> None:
    answers = {"what": "sacks", "sacks": 3, "address": {"street": "Nygade 7", "postcode": "9999", "town": "Havneby"}, "ready": "2026-11-30", "reach": ""}
    with town.open() as phone:
        assert see(phone, f"{HERE}/what")["page"] == "question"
    town.write(NEXT)
    with town.open() as phone:
        said = {"service": "garden-waste", "version": 1, "answers": answers, "lang": "en"}
        answer = phone.put(f"/api/submissions/{'a' * 32}", json=said, headers=OURS)
        assert answer.status_code == 201, answer.text
        assert phone.put(f"/api/submissions/{'b' * 32}", json=said | {"version": 2}, headers=OURS).status_code == 422


def withdraw(town: Town) -> Any:
    town.write(NEXT)
    return town.open(withdrawn=["garden-waste@1"])


def test_a_withdrawn_version_is_said_in_words_and_what_still_fits_stays_answered(town: Town) -> None:
    with town.open() as phone:
        begin(phone)
    with withdraw(town) as phone:
        assert see(phone, HERE)["state"] == "draft"
        told = see(phone, f"{HERE}/ready")
        assert (told["page"], told["at"]) == ("withdrawn", "services/garden-waste/gate")
        page = phone.get(f"{HERE}/ready", headers={"accept": "text/html"}).text
        assert "The questions have changed" in page and "33 66 33 66" in page
        assert see(phone, f"{HERE}/ready")["page"] == "withdrawn", "looking changes nothing"
        go_on = {"draft": told["draft"], "revision": str(told["revision"]), "do": "accept"}
        assert phone.post(f"{HERE}/gate", data=go_on, headers=OURS, follow_redirects=False).headers["location"] == f"{HERE}/gate"
        assert see(phone, f"{HERE}/gate")["page"] == "question"
        assert press(phone, f"{HERE}/gate", {"gate": "By the lane"}).headers["location"] == f"{HERE}/ready"
        receipt = finish(phone)
        assert see(phone, receipt)["page"] == "done"


def test_a_form_filled_in_while_it_was_withdrawn_keeps_what_was_typed(town: Town) -> None:
    with town.open() as phone:
        begin(phone)
        form = see(phone, f"{HERE}/sacks")
    with withdraw(town) as phone:
        typed = {"draft": form["draft"], "revision": str(form["revision"]), "do": "continue", "sacks": "12"}
        told = phone.post(f"{HERE}/sacks", data=typed, headers=OURS)
        assert (told.status_code, told.json()["page"]) == (200, "withdrawn")
        assert "12" in str(see(phone, f"{HERE}/sacks")["fields"])


def test_typed_after_her_session_ended_and_the_question_was_withdrawn_it_is_kept_for_her(town: Town) -> None:
    with town.open() as phone:
        begin(phone)
        form = see(phone, f"{HERE}/sacks")
        phone.post("/en/sign-out", headers=OURS, follow_redirects=False)
    with withdraw(town) as phone:
        typed = {name: str(form[name]) for name in ("draft", "revision", "owner")} | {"do": "continue", "sacks": "12"}
        asked = phone.post(f"{HERE}/sacks", data=typed, headers=OURS, follow_redirects=False).headers["location"]
        assert asked.endswith("next=services/garden-waste/sacks&reason=ended")
        sign_in(phone, "Inger")
        told = see(phone, f"{HERE}/sacks")
        assert told["page"] == "withdrawn"
        go_on = {"draft": told["draft"], "revision": str(told["revision"]), "owner": told["owner"], "do": "accept"}
        assert phone.post(f"{HERE}/gate", data=go_on, headers=OURS, follow_redirects=False).headers["location"] == f"{HERE}/gate"
        assert "12" in str(see(phone, f"{HERE}/sacks")["fields"])


def test_of_a_withdrawn_version_nothing_queued_is_taken(town: Town) -> None:
    with withdraw(town) as phone:
        said = {"service": "garden-waste", "version": 1, "answers": {}, "lang": "en"}
        answer = phone.put(f"/api/submissions/{'a' * 32}", json=said, headers=OURS)
        assert (answer.status_code, answer.json()["code"]) == (422, "version-gone")
        assert phone.get(f"/api/submissions/{'a' * 32}", headers=JSON).status_code == 404


def test_the_phone_gets_its_draft_under_the_newest_version_when_its_own_is_withdrawn(town: Town) -> None:
    with town.open() as phone:
        begin(phone)
        before = see(phone, "/api/drafts/garden-waste")
    with withdraw(town) as phone:
        after = see(phone, "/api/drafts/garden-waste")
        assert (before["version"], after["version"]) == (1, 2)
        assert (after["id"], after["revision"], after["answers"]) == (before["id"], before["revision"], before["answers"])


GONE: dict[str, Callable[[Town], Any]] = {
    "withdrawn": withdraw,
    "not offered any longer": lambda town: ((town.services / "garden-waste.toml").unlink(), town.open())[1],
}


@pytest.mark.parametrize("gone", GONE.values(), ids=GONE.keys())
def test_what_was_sent_is_shown_for_ever(town: Town, gone: Callable[[Town], Any]) -> None:
    with town.open() as phone:
        begin(phone)
        receipt = finish(phone)
    with gone(town) as phone:
        assert see(phone, receipt)["title"] == "Garden waste"
        (case,) = see(phone, "/en/mine")["cases"]
        assert see(phone, f"/en/mine/cases/{case['id']}")["number"] == case["number"]


def test_a_draft_of_a_service_not_offered_any_longer_troubles_no_page(town: Town) -> None:
    with town.open() as phone:
        begin(phone)
    (town.services / "garden-waste.toml").unlink()
    with town.open() as phone:
        for path in ("/en", "/en/mine", "/en/services", "/en/sign-out"):
            see(phone, path)
        assert phone.get(f"{HERE}/ready", headers=JSON).status_code == 404
