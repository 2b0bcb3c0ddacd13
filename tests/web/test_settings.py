"""The settings of the phone, and of the server."""

from pathlib import Path

import pytest

from backend import settings as reading
from backend.settings import BadSettings, Settings
from backend.web import preferences
from tests.web.conftest import OURS, Client, see

PAGE = "/en/mine/settings"


def test_text_size_and_contrast_are_remembered_without_script(phone: Client) -> None:
    answer = phone.post(PAGE, data={"text": "150", "contrast": "more"}, headers=OURS, follow_redirects=False)
    assert answer.headers["location"] == f"{PAGE}?saved=1"
    frame = see(phone, "/en")["frame"]
    assert (frame["text"], frame["contrast"]) == ("150", "more")


def test_whose_phone_it_is_is_asked_and_leads_back(phone: Client) -> None:
    answer = phone.post("/en/phone?back=services/rats", data={"own_phone": "yes"}, headers=OURS, follow_redirects=False)
    assert answer.headers["location"] == "/en/services/rats"
    assert see(phone, "/en")["frame"]["own_phone"] == "yes"


@pytest.mark.parametrize("back", ["https://evil.example", "//evil.example", "/\\evil.example", "../x", "\\evil"])
def test_no_address_leads_away_from_here(phone: Client, back: str) -> None:
    answer = phone.post(f"/en/phone?back={back}", data={"own_phone": "no"}, headers=OURS, follow_redirects=False)
    assert answer.headers["location"] == "/en/"


def test_the_front_door_leads_to_the_language_remembered(phone: Client) -> None:
    assert phone.get("/", headers={"accept-language": "ar,da;q=0.3"}, follow_redirects=False).headers["location"] == "/ar/"
    phone.post("/en/mine/settings", data={"text": "100"}, headers=OURS)
    assert phone.get("/", headers={"accept-language": "ar"}, follow_redirects=False).headers["location"] == "/en/"


@pytest.mark.parametrize("cookie", ["", "text=900", "text=150&text=1", "%%%", "phone=mine", "a" * 5000])
def test_a_settings_cookie_that_makes_no_sense_is_no_choice(cookie: str) -> None:
    read = preferences.read(cookie)
    assert read.text in preferences.TEXT_SIZES and read.own_phone == "unasked"


def test_settings_survive_the_way_to_the_worker_process() -> None:
    said = Settings(data=Path("d"), demo=True, services=[Path("own")], closed_on=["2026-12-24"])
    assert reading.read(reading.as_environment(said)) == said


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / "town.toml"
    file.write_text('town = "Fjordby"\nport = 9000\n')
    said = reading.read({"MEDBORGER_TOWN": "Bakkeby", "MEDBORGER_SETTINGS": str(file)})
    assert (said.town, said.port) == ("Bakkeby", 9000)


@pytest.mark.parametrize("text", ["port = 'many'", "nonsense = 1", "port ="])
def test_a_setting_that_cannot_be_used_is_said_in_a_sentence(tmp_path: Path, text: str) -> None:
    file = tmp_path / "town.toml"
    file.write_text(text)
    with pytest.raises(BadSettings):
        reading.read({}, file)
