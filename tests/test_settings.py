"""What operators write is understood at the start: one form for what is meant, one sentence for each mistake, no traceback."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from backend.settings import BadSettings, Settings, as_environment, read

DESK = {"id": "hall", "name": "Hall", "address": "Torvet 1", "phone": "+4533663366", "abilities": ["passport"], "hours": []}


def hours(start: Any, end: Any, day: Any = 1) -> list[dict[str, Any]]:
    return [{"day": day, "from": start, "to": end}]


@pytest.mark.parametrize(("given", "name", "meant"), [
    ({"hours": hours("9:00", "16.30")}, "hours", ("09:00", "16:30")),
    ({"hours": hours(9, "24:00")}, "hours", ("09:00", "23:59")),
    ({"hours": hours("0:00", "0:00")}, "hours", ("00:00", "23:59")),
    ({"hours": hours(" 9:00 ", "12:00\u00a0", "Monday")}, "hours", ("09:00", "12:00")),
    ({"origin": "HTTPS://Selv.Example.DK/"}, "origin", "https://selv.example.dk"),
    ({"origin": "https://selv.example.dk:443"}, "origin", "https://selv.example.dk"),
    ({"origin": "https://rødovre.example"}, "origin", "https://xn--rdovre-bya.example"),
    ({"phone": "33 66 33 66"}, "phone", "+4533663366"), ({"phone": "0045 33663366"}, "phone", "+4533663366"),
    ({"closed_on": ["24.12.2026", " 2026-12-31 ", ""]}, "closed_on", ["2026-12-24", "2026-12-31"]),
    ({"proxies": " 10.0.0.1 , ,10.0.0.0/8"}, "proxies", ["10.0.0.1", "10.0.0.0/8"]),
    ({"town": " Havneby\ufeff"}, "town", "Havneby"), ({"port": " 8017 "}, "port", 8017),
], ids=str)  # fmt: skip
def test_what_is_meant_is_understood(given: dict[str, Any], name: str, meant: Any) -> None:
    found = getattr(read({}, **given), name)
    assert ((found[0].from_, found[0].to) if name == "hours" else found) == meant


@pytest.mark.parametrize(("given", "sentence"), [
    ({"hours": hours("nine", "16:00")}, "no time of day"), ({"hours": hours("09:00", "25:00")}, "no time of day"),
    ({"hours": hours("16:00", "09:00")}, "ends before it begins"), ({"hours": hours("09:00", "10:00", 8)}, "Days are 1 (Monday)"),
    ({"hours": hours("09:00", "12:00") + hours("11:00", "13:00")}, "overlaps"),
    ({"timezone": "Europe/Copenhagn"}, "Did you mean `Europe/Copenhagen`?"), ({"timezone": "../etc/passwd"}, "no time zone"),
    ({"origin": "https://selv.example.dk/borger"}, "nothing after the name"), ({"origin": "selv.example.dk"}, "nothing after the name"),
    ({"origin": "https://a b"}, "nothing after the name"),
    ({"desks": [DESK | {"slot_minutes": 0}]}, "`desks: hall: slot_minutes` is 0"), ({"desks": [DESK, DESK]}, "no two desks"),
    ({"desks": [DESK | {"id": "Hall 1"}]}, "small letters"), ({"desks": [DESK | {"places": -1}]}, "`desks: hall: places` is -1"),
    ({"closed_on": ["31.2.2026"]}, "Write days as"), ({"closed_on": ["juleaften"]}, "Write days as"),
    ({"port": 0}, "`port` is 0"), ({"port": "many"}, "`port` cannot be used"), ({"reads_per_minute": -5}, "`reads_per_minute` is -5"),
    ({"phone": "ring"}, "with its country"), ({"email": "us"}, "one e-mail address"), ({"town": "x" * 200}, "at most 100"),
    ({"confirmed": ["passport"]}, "passport/fee"), ({"withdrawn": ["passport"]}, "passport@1"), ({"worker": "maybe"}, "`worker` cannot be used"),
    ({"sms_url": "http://sms.example"}, "begins with https://"), ({"sms_url": "https://me:secret@sms.example"}, "begins with https://"),
    ({"sms_url": "https://s.example", "sms_sender": "Havneby Kommune"}, "at most 11"),
    ({"sms_url": "https://s.example", "sms_body": "{to} {text}"}, "no JSON object"),
    ({"sms_url": "https://s.example", "sms_body": '{"to": "{to}"}'}, "needs {text}"),
    ({"sms_token": "/secret/sms"}, "`sms_token` needs `sms_url`"), ({"smtp_host": "smtp://mail"}, "name of the server alone"),
    ({"smtp_host": "mail.example", "smtp_user": "town"}, "`smtp_user` needs `smtp_password`"), ({"smtp_port": 0}, "`smtp_port` is 0"),
    ({"smtp_host": "mail.example", "smtp_security": "none"}, "`smtp_security` cannot be used"), ({"smtp_from": "us", "smtp_host": "m.example"}, "one e-mail address"),
    ({"twon": "Havneby"}, "Did you mean `town`?"), ({"security_contact": "call me"}, "mailto:"),
], ids=str)  # fmt: skip
def test_a_mistake_has_its_sentence(given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadSettings) as told:
        read({}, **given)
    assert sentence in str(told.value) and len(str(told.value).splitlines()) == 1


@pytest.mark.parametrize(("town", "name"), [("Havneby", "Havneby"), ("Ringkøbing-Skjern Kommune", "Ringkoebing"), ("Ærø", "Aeroe"), ("بلدية", "Medborger")])
def test_phones_show_the_town_as_far_as_they_can(town: str, name: str) -> None:
    assert read({}, town=town).sms_name == name


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(BadSettings) as told:
        read({}, port=0, timezone="Mars", hours=hours("x", "y"), twon="a")
    assert len(str(told.value).splitlines()) == 4


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_file_as_notepad_saves_it_is_read(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "town.toml"
    file.write_bytes('town = "Rødby"\r\nproxies = ["", " 10.0.0.1 "]\r\n'.encode(encoding))
    found = read({}, file)
    assert (found.town, found.proxies) == ("Rødby", ["10.0.0.1"])


@pytest.mark.parametrize("data", ['\ntown = "Rødby"'.encode("latin-1"), b"\xff\xfe\x00", "town = »Rødby«".encode(), b"town = \"a\nb\"", b"\x00"])
def test_a_file_nobody_can_read_is_told(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "town.toml").write_bytes(data)
    with pytest.raises(BadSettings, match="The settings file"):
        read({}, tmp_path / "town.toml")


def test_a_folder_is_no_settings_file(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="cannot be read"):
        read({}, tmp_path)


def test_quotes_and_lists_in_the_environment() -> None:
    env = {"MEDBORGER_TOWN": '"Havneby"', "MEDBORGER_PROXIES": "10.0.0.1, 10.0.0.2,", "MEDBORGER_CLOSED_ON": "'24.12.2026'"}
    found = read(env)
    assert (found.town, found.proxies, found.closed_on) == ("Havneby", ["10.0.0.1", "10.0.0.2"], ["2026-12-24"])
    with pytest.raises(BadSettings, match="MEDBORGER_HOURS"):
        read({"MEDBORGER_HOURS": "[{"})


def test_what_was_understood_reaches_the_worker_process_as_it_is() -> None:
    found = read({}, hours=hours("9:00", "24:00"), origin="HTTPS://A.example/", desks=[DESK])
    assert read(as_environment(found)) == found == Settings(**{name: getattr(found, name) for name in found.__struct_fields__})


def test_the_program_says_it_in_words_and_shows_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "town.toml").write_text('timezone = "Mars"\nport = 0\n')
    command = [sys.executable, "-m", "backend.cli", "serve", "--settings", tmp_path / "town.toml"]
    env = {name: value for name, value in os.environ.items() if not name.startswith("MEDBORGER_")}
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, env=env)
    assert ran.returncode == 1 and "Traceback" not in ran.stderr and len(ran.stderr.strip().splitlines()) == 2
