"""Every verb of `medborger`, once as it should go, and where it goes wrong in one plain sentence."""

import io
import os
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from backend import cli, serving
from backend.domain.actors import SYSTEM, guest, resident
from backend.domain.submissions import Submission
from backend.identity import demo
from backend.identity.sessions import Sessions
from backend.letters.receipts import Signer
from backend.store import definitions, keyring, submissions, subscriptions
from backend.store.database import FILE, Database
from backend.store.subscriptions import Phone
from tests.conftest import ROOT
from tests.store.conftest import wait

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
RATS = ROOT / "backend" / "services" / "rats.toml"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither the machine's settings nor a folder `data` beside where it runs."""
    for name in [name for name in os.environ if name.startswith("MEDBORGER_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """(exit code, what it printed, what it complained of)."""

    def ran(*said: object) -> tuple[int, str, str]:
        code = cli.main([str(one) for one in said])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return code, out, err

    return ran


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    keyring.make(tmp_path / "keys")
    return tmp_path / "keys"


@pytest.fixture
def data(tmp_path: Path, keys: Path) -> Path:
    """A store with one resident register and one submission in it."""
    db = Database(tmp_path / "town", keyring.load(keys))
    demo.seed(db, NOW)
    sign = Signer(db.keys.keys["receipt"]).sign
    kept = wait(submissions.receive(db, guest("s-1"), "a" * 32, Submission(service="rats", version=1, answers={}, lang="da"), NOW, sign))
    db.close()
    (tmp_path / "receipt.txt").write_text(kept.receipt.jws)
    return tmp_path / "town"


@pytest.fixture
def receipt(data: Path, tmp_path: Path) -> str:
    return (tmp_path / "receipt.txt").read_text()


# keys


def test_keys_are_made_once_and_never_overwritten(run: Run, tmp_path: Path) -> None:
    code, said, _ = run("keys", "make", tmp_path / "new")
    assert code == 0 and "kek-1.key" in said and "Keep a copy elsewhere" in said
    before = {file.name: file.read_bytes() for file in (tmp_path / "new").iterdir()}
    assert run("keys", "make", tmp_path / "new") == (0, "All keys were there.\n", "")
    assert {file.name: file.read_bytes() for file in (tmp_path / "new").iterdir()} == before


def test_keys_where_no_folder_can_be_are_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    code, _, complaint = run("keys", "make", tmp_path / "file")
    assert code == 1 and "file" in complaint


# residents


def test_a_register_is_read_bad_lines_are_named_and_good_ones_kept(run: Run, keys: Path, tmp_path: Path) -> None:
    lines = tmp_path / "people.csv"
    lines.write_text("cpr,name,born\n0101010007,Inger Holm,1901-01-01\nnonsense,Nobody,\n", "utf-8")
    first = run("residents", "import", lines, "--data", tmp_path / "store", "--keys", keys)
    assert first[0] == 1 and f"{lines}: " in first[2] and "1 refused" in first[1]
    again = run("residents", "import", lines, "--data", tmp_path / "store", "--keys", keys)
    assert "0 new" in again[1]


@pytest.mark.parametrize(("text", "why"), [("", ""), ("name;age\n", "cpr"), (None, "nobody.csv")])
def test_a_register_that_is_none_is_refused(run: Run, keys: Path, tmp_path: Path, text: str | None, why: str) -> None:
    if text is not None:
        (tmp_path / "nobody.csv").write_text(text)
    code, _, complaint = run("residents", "import", tmp_path / "nobody.csv", "--data", tmp_path / "store", "--keys", keys)
    assert code == 1 and complaint.strip() and why in complaint


def test_without_keys_nothing_is_opened(run: Run, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("cpr,name\n")
    code, _, complaint = run("residents", "import", tmp_path / "people.csv", "--data", tmp_path / "store", "--keys", tmp_path / "none")
    assert code == 1 and "medborger keys make" in complaint


# activate


def person_in(data: Path, keys: Path) -> str:
    db = Database(data, keyring.load(keys))
    try:
        return demo.people(db, "2026-11-24")[0].id
    finally:
        db.close()


@pytest.mark.parametrize(("more", "letter"), [([], False), (["--by-letter"], True)])
def test_a_code_is_printed_once_with_its_address_and_a_paper(run: Run, data: Path, keys: Path, tmp_path: Path, more: list[str], letter: bool) -> None:
    paper = tmp_path / "paper.html"
    where = ["--data", data, "--keys", keys, "--origin", "https://town.example", "--paper", paper]
    code, said, _ = run("activate", person_in(data, keys), *where, *more)
    assert code == 0
    (secret,) = set(re.findall(r"\b[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}\b", said))
    assert f"https://town.example/da/activate{'?letter=1' if letter else ''}#{secret}" in said
    assert ("date of birth" in said) is letter and secret in paper.read_text("utf-8")


def test_a_code_is_not_made_for_a_language_nobody_can_choose(run: Run, keys: Path, data: Path) -> None:
    """Its QR would lead to a page that is not there; the code would be spent on nothing."""
    for lang in ("tr", "xx", "ar"):
        code, said, complaint = run("activate", "f" * 32, "--data", data, "--keys", keys, "--lang", lang)
        assert (code, said) == (1, "") and "one of: da, en" in complaint



def test_a_code_for_nobody_is_refused(run: Run, data: Path, keys: Path) -> None:
    assert run("activate", "f" * 32, "--data", data, "--keys", keys) == (1, "", "Nobody in the register has that number.\n")


def test_a_store_in_use_by_a_server_that_does_not_answer_says_so(run: Run, data: Path, keys: Path) -> None:
    person = person_in(data, keys)
    db = Database(data, keyring.load(keys))
    try:
        code, _, complaint = run("activate", person, "--data", data, "--keys", keys, "--port", 9)
    finally:
        db.close()
    assert code == 1 and "--port" in complaint


# services


@pytest.fixture
def served(data: Path, keys: Path) -> Path:
    """A town that has served `rats` as it is shipped."""
    db = Database(data, keyring.load(keys))
    from backend.domain import definitions as reading

    definitions.keep(db, SYSTEM, [reading.read(RATS.read_text("utf-8"), "rats.toml")], 1)
    db.close()
    return data


def test_a_service_without_mistakes(run: Run) -> None:
    assert run("services", "check", RATS) == (0, "No mistakes found.\n", "")


def test_a_mistake_is_told_with_file_line_and_a_suggestion(run: Run, tmp_path: Path) -> None:
    bad = tmp_path / "rats.toml"
    bad.write_text(RATS.read_text("utf-8").replace("[service]", "[servise]"), "utf-8")
    code, said, _ = run("services", "check", bad, tmp_path / "none.toml")
    assert code == 1 and re.search(rf"{re.escape(str(bad))}:\d+: ", said) and "none.toml" in said


def test_a_letter_is_checked_by_itself_and_beside_its_service(run: Run, tmp_path: Path) -> None:
    shipped = RATS.parent / "letters" / "rats" / "closed.txt"
    assert run("services", "check", shipped) == (0, "No mistakes found.\n", "")
    (tmp_path / "letters" / "rats").mkdir(parents=True)
    own, bad = tmp_path / "rats.toml", tmp_path / "letters" / "rats" / "closed.txt"
    own.write_text(RATS.read_text("utf-8"), "utf-8")
    bad.write_text(shipped.read_text("utf-8").replace("date(last_visit)", "date(last_vist)"), "utf-8")
    for named in (bad, own):
        code, said, _ = run("services", "check", named)
        assert code == 1 and re.search(rf"{re.escape(str(bad))}:\d+: There is nothing called `last_vist`. Did you mean `last_visit`\?", said)
    assert run("services", "check", tmp_path / "gone.txt")[0] == 1


def test_a_published_version_is_not_edited(run: Run, served: Path, tmp_path: Path) -> None:
    edited = tmp_path / "rats.toml"
    text = RATS.read_text("utf-8")
    changed = text.replace("minutes = ", "minutes = 1", 1)
    assert changed != text
    edited.write_text(changed, "utf-8")
    code, said, _ = run("services", "check", edited, "--data", served)
    assert code == 1 and "is published and may not change" in said
    edited.write_text(changed.replace("version = 1", "version = 2", 1), "utf-8")
    assert run("services", "check", edited, "--data", served)[0] == 0
    assert run("services", "check", RATS, "--data", served)[0] == 0


def test_it_compares_beside_a_running_server_and_with_the_settings_own_store(
    run: Run, served: Path, keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edited = tmp_path / "rats.toml"
    edited.write_text(RATS.read_text("utf-8").replace("minutes = ", "minutes = 1", 1), "utf-8")
    monkeypatch.setenv("MEDBORGER_DATA", str(served))
    db = Database(served, keyring.load(keys))
    try:
        assert run("services", "check", edited)[0] == 1
    finally:
        db.close()


def test_a_town_that_has_served_nothing_and_one_that_cannot_be_read(run: Run, tmp_path: Path) -> None:
    code, said, complaint = run("services", "check", RATS, "--data", tmp_path / "empty")
    assert (code, said) == (0, "No mistakes found.\n") and "Nothing was served" in complaint
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / FILE).write_bytes(b"this is no store" * 500)
    code, _, complaint = run("services", "check", RATS, "--data", tmp_path / "broken")
    assert code == 1 and "cannot be read" in complaint


# one person


def test_a_person_is_stopped_shown_and_erased_from_the_command_line(run: Run, data: Path, keys: Path) -> None:
    where = ("--data", data, "--keys", keys)
    db = Database(data, keyring.load(keys))
    person = demo.people(db, "2026-11-24")[0].id
    wait(Sessions(db, NOW).begin(guest(), person, NOW))
    wait(subscriptions.put(db, resident(person), Phone("https://push.example/1", "p", "a", "da"), "https://push.example", "1", NOW))
    db.close()
    assert run("person", "stop", person, *where)[1].startswith("1 sessions ended, 0 passkeys removed.")
    told = run("person", "log", person, *where)[1]
    assert "operator sign-out session/" in told and "operator unsubscribe subscription/" in told
    assert run("person", "erase", person, *where)[0] == 0
    assert run("person", "stop", person, *where)[0] == run("person", "log", "0101010101", *where)[0] == 1


# the audit log's head


def test_a_check_keeps_the_head_and_a_later_one_must_go_on_from_it(run: Run, data: Path, keys: Path, tmp_path: Path) -> None:
    where, kept = ("--data", data, "--keys", keys), tmp_path / "head"
    code, said, _ = run("check", *where, "--keep-head", kept)
    assert code == 0 and f"Head of the audit log: {kept.read_text().strip()}" in said
    assert run("check", *where, "--head", kept)[0] == run("check", *where, "--head", kept.read_text().strip())[0] == 0
    code, _, complaint = run("check", *where, "--head", "ab" * 32, "--keep-head", tmp_path / "other")
    assert code == 1 and "kept head is missing" in complaint and not (tmp_path / "other").exists()
    assert "64 hex digits" in run("check", *where, "--head", data / FILE)[2]


# receipts


def test_a_receipt_of_ours_is_valid_and_a_changed_one_is_not(run: Run, data: Path, keys: Path, receipt: str, monkeypatch: pytest.MonkeyPatch) -> None:
    where = ["--data", data, "--keys", keys]
    assert run("receipt", "verify", receipt, *where)[1].startswith("Valid. Case M ")
    monkeypatch.setattr("sys.stdin", io.StringIO(receipt + "\n"))
    assert run("receipt", "verify", "-", *where)[0] == 0
    head, body, seal = receipt.split(".")
    for other in ("", "x", f"{head}.{body[:-2]}AA.{seal}", receipt[:-3]):
        assert run("receipt", "verify", other, *where) == (1, "", "Not valid: this receipt is not ours, or it was changed.\n")


def test_a_proof_shows_what_was_sent_and_a_changed_answer_or_salt_does_not(run: Run, data: Path, keys: Path, tmp_path: Path) -> None:
    db = Database(data, keyring.load(keys))
    kept = wait(submissions.get(db, guest("s-1"), "a" * 32))
    db.close()
    proof, file = {"receipt": kept.receipt.jws, "service": "rats", "version": 1, "answers": {}, "salt": kept.receipt.salt}, tmp_path / "proof.json"
    file.write_bytes(msgspec.json.encode(proof))
    assert run("receipt", "verify", "--proof", file, "--data", data, "--keys", keys)[1].endswith("It is for these answers.\n")
    for changed in ({"answers": {"where": "x"}}, {"salt": ""}, {"salt": "0" * 32}, {"version": 2}, {"receipt": "x"}, {"answers": 1}):
        file.write_bytes(msgspec.json.encode(proof | changed))
        assert run("receipt", "verify", "--proof", file, "--data", data, "--keys", keys)[0] == 1
    assert "either" in run("receipt", "verify", "--data", data, "--keys", keys)[2]


def test_a_receipt_is_checked_with_published_keys_alone(run: Run, keys: Path, receipt: str, tmp_path: Path) -> None:
    public = tmp_path / "jwks.json"
    public.write_bytes(msgspec.json.encode(Signer(keyring.load(keys).keys["receipt"]).jwks()))
    assert run("receipt", "verify", receipt, "--jwks", public)[0] == 0
    assert run("receipt", "verify", receipt, "--jwks", tmp_path / "none.json")[0] == 1
    code, _, complaint = run("receipt", "verify", receipt, "--jwks", "http://localhost:9/jwks.json")
    assert code == 1 and "does not answer" in complaint
    for text in ("no keys", "[]", '{"keys": 3}'):
        public.write_text(text)
        assert "holds no public keys" in run("receipt", "verify", receipt, "--jwks", public)[2]
    public.write_text('{"keys": ["x", {}]}')
    assert run("receipt", "verify", receipt, "--jwks", public)[0] == 1


# backup, restore, check


def test_what_is_backed_up_is_restored_and_found_whole(run: Run, data: Path, keys: Path, tmp_path: Path) -> None:
    code, said, _ = run("backup", tmp_path / "copies", "--data", data)
    assert code == 0
    copy = Path(said.removeprefix("Backed up to ").strip())
    assert copy.is_dir()
    code, said, _ = run("restore", copy, "--data", tmp_path / "again")
    assert code == 0 and re.match(r"Restored: [1-9]\d* rows", said)
    assert run("check", "--data", tmp_path / "again", "--keys", keys)[1].startswith("All is whole.\nHead of the audit log: ")
    assert "Without the keys" in run("check", "--data", tmp_path / "again")[1]


def test_what_cannot_be_backed_up_or_restored_is_said(run: Run, data: Path, tmp_path: Path) -> None:
    assert run("backup", tmp_path / "copies", "--data", tmp_path / "none")[0] == 1
    code, _, complaint = run("restore", tmp_path / "none", "--data", tmp_path / "again")
    assert code == 1 and complaint.strip()
    run("backup", tmp_path / "copies", "--data", data)
    (copy,) = (tmp_path / "copies").iterdir()
    code, _, complaint = run("restore", copy, "--data", data)
    assert code == 1 and complaint.strip(), "a folder with a store in it is not overwritten"


def test_what_is_not_whole_is_named(run: Run, data: Path, keys: Path) -> None:
    file = data / FILE
    whole = file.read_bytes()
    file.write_bytes(whole[:8192] + b"\xff" * 4096 + whole[12288:])
    code, _, complaint = run("check", "--data", data, "--keys", keys)
    assert code == 1 and complaint.strip()


# build, i18n, and what is no verb


def test_build_compiles_the_pages(run: Run, tmp_path: Path) -> None:
    code, said, _ = run("build", "--to", tmp_path / "made")
    assert code == 0 and re.search(r"templates\.js: \d+ bytes", said)
    assert (tmp_path / "made" / "show" / "templates.js").stat().st_size > 1000


def test_the_languages_have_their_own_verbs(run: Run) -> None:
    code, said, _ = run("i18n", "status")
    assert code == 0 and "every page" in said
    assert run("i18n", "check")[0] == 0


@pytest.mark.parametrize("said", [[], ["dance"], ["keys"], ["keys", "make"], ["services", "check"], ["serve", "--port", "high"], ["restore"]])
def test_what_is_no_command_is_answered_with_how_to_say_it(said: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(said)
    assert ended.value.code == 2 and "usage: medborger" in capsys.readouterr().err


def test_every_verb_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    for verb in ("demo", "serve", "residents", "activate", "services", "receipt", "backup", "drill", "restore", "check", "keys", "build", "i18n"):
        with pytest.raises(SystemExit) as ended:
            cli.main([verb, "--help"])
        assert ended.value.code == 0 and len(capsys.readouterr().out) > 50


# demo and serve, up to the moment the server would run (tests/test_serve.py runs it)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    seen: list[Any] = []
    monkeypatch.setattr(serving, "run", lambda chosen: seen.append(chosen) or 0)
    return seen


def test_demo_prints_its_address_and_three_people(run: Run, started: list[Any], tmp_path: Path) -> None:
    code, said, _ = run("demo", "--port", 8123, "--data", tmp_path / "demo")
    assert code == 0 and "http://localhost:8123" in said
    assert len(re.findall(r"^  \w.*, \d+$", said, re.M)) == 3
    assert started[0].demo and (tmp_path / "demo" / "demo-keys").is_dir()


def test_demo_refuses_a_real_register(run: Run, started: list[Any], tmp_path: Path) -> None:
    keyring.make(tmp_path / "real" / "demo-keys")
    lines = tmp_path / "people.csv"
    lines.write_text("cpr,name,born\n0101010007,Inger Holm,1901-01-01\n", "utf-8")
    run("residents", "import", lines, "--data", tmp_path / "real")
    code, _, complaint = run("demo", "--data", tmp_path / "real")
    assert code == 1 and "real register" in complaint and started == []


GOOD = {"--keys": "keys", "--origin": "https://town.example"}
UNSAFE = {
    "no keys": ({"--keys": None}, "There are no keys"),
    "keys nowhere": ({"--keys": "nowhere"}, "medborger keys make"),
    "sample keys": ({"--keys": "store/demo-keys"}, "sample keys"),
    "keys inside the data": ({"--keys": "store/keys"}, "keys"),
    "no address": ({"--origin": None}, "--origin"),
    "an open address": ({"--origin": "http://town.example"}, "not https"),
    "a certificate without its key": ({"--cert": "cert.pem"}, "belong together"),
    "no such settings": ({"--settings": "none.toml"}, "There is no settings file"),
}


@pytest.mark.parametrize(("changes", "why"), UNSAFE.values(), ids=UNSAFE.keys())
def test_serve_refuses_what_is_not_safe(run: Run, started: list[Any], keys: Path, tmp_path: Path, changes: dict[str, str | None], why: str) -> None:
    for folder in ("store/demo-keys", "store/keys"):
        keyring.make(tmp_path / folder)
    (tmp_path / "cert.pem").write_text("")
    said = [part for name, value in (GOOD | changes).items() if value for part in (name, tmp_path / value if name != "--origin" else value)]
    code, _, complaint = run("serve", "--data", tmp_path / "store", *said)
    assert code == 1 and why in complaint and started == []


@pytest.mark.parametrize("verb", ["demo", "serve"])
def test_a_certificate_that_cannot_be_used_is_told_before_anything_is_made(run: Run, started: list[Any], keys: Path, tmp_path: Path, verb: str) -> None:
    said = [verb, "--data", tmp_path / "store", "--origin", "https://town.example", *(["--keys", keys] if verb == "serve" else [])]
    code, _, complaint = run(*said, "--cert", tmp_path / "none.pem", "--key", tmp_path / "key.pem")
    assert code == 1 and "none.pem" in complaint and "cannot be used" in complaint
    assert "belong together" in run(*said, "--cert", tmp_path / "none.pem")[2]
    assert started == [] and not (tmp_path / "store").exists()


def test_serve_refuses_a_moved_clock_and_a_secret_that_is_cut_short(run: Run, started: list[Any], keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = ["serve", "--data", tmp_path / "store", "--keys", keys, "--origin", "https://town.example"]
    monkeypatch.setenv("MEDBORGER_CLOCK", "+7d")
    assert "clock" in run(*said)[2]
    monkeypatch.delenv("MEDBORGER_CLOCK")
    (keys / "receipt-1.key").write_text("abc")
    assert "64 hex digits" in run(*said)[2]
    (keys / "receipt-1.key").unlink()
    assert "Keys are missing: receipt" in run(*said)[2]
    assert started == []


@pytest.mark.parametrize("verb", ["demo", "serve"])
def test_a_proxy_that_is_none_is_told_before_anything_is_served(run: Run, started: list[Any], keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verb: str) -> None:
    """The server's own process would only die of it, be started again, and die."""
    said = [verb, "--data", tmp_path / "store", "--origin", "https://town.example", *(["--keys", keys] if verb == "serve" else [])]
    monkeypatch.setenv("MEDBORGER_PROXIES", "proxy.example")
    code, _, complaint = run(*said)
    assert code == 1 and "proxies" in complaint and "proxy.example" in complaint and started == []
    monkeypatch.setenv("MEDBORGER_PROXIES", "0.0.0.0/0")
    assert "everybody" in run(*said)[2] and started == []


def test_serve_warns_where_a_proxy_must_stand_in_front_and_none_is_named(run: Run, started: list[Any], keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = ["serve", "--data", tmp_path / "store", "--keys", keys, "--origin", "https://town.example"]
    assert "`proxies` names none" in run(*said)[2]
    monkeypatch.setenv("MEDBORGER_PROXIES", "10.0.0.0/8")
    assert "proxies" not in run(*said)[2] and len(started) == 2


def test_serve_refuses_the_demos_people(run: Run, started: list[Any], data: Path, keys: Path) -> None:
    code, _, complaint = run("serve", "--data", data, "--keys", keys, "--origin", "https://town.example")
    assert code == 1 and complaint.strip() and started == []


def test_serve_takes_a_settings_file_and_the_command_line_goes_before_it(run: Run, started: list[Any], keys: Path, tmp_path: Path) -> None:
    file = tmp_path / "town.toml"
    file.write_text('town = "Sønderhavn"\norigin = "https://a.example"\nport = 1\n', "utf-8")
    code, said, _ = run("serve", "--settings", file, "--data", tmp_path / "store", "--keys", keys, "--port", 8124)
    assert code == 0 and said == "Medborger for Sønderhavn: https://a.example\n"
    assert (started[0].port, started[0].demo) == (8124, False)
    file.write_text('town = [\n')
    assert "cannot be read" in run("serve", "--settings", file)[2]
    file.write_text('twon = "Havneby"\n')
    assert "twon" in run("serve", "--settings", file)[2]


def test_senders_are_added_listed_given_a_new_key_and_ended(run: Run, tmp_path: Path) -> None:
    at = ("--data", tmp_path / "data", "--keys", tmp_path / "keys")
    keyring.make(tmp_path / "keys")
    first = run("senders", "add", "Nordforsikring", "--kind", "private", "--per-minute", "30", *at)[1]
    assert re.search(r"    mbs_[0-9a-f]{12}_[0-9a-f]{64}\n", first)
    assert "Nordforsikring: private, 30 a minute" in run("senders", "list", *at)[1]
    second = run("senders", "key", "Nordforsikring", *at)[1]
    assert re.search(r"mbs_\w+", second)[0] != re.search(r"mbs_\w+", first)[0]  # type: ignore[index]
    assert run("senders", "end", "Nord", *at)[2].startswith("No sender is called Nord.")
    assert run("senders", "end", "Nordforsikring", *at)[0] == 0
    assert run("senders", "list", *at)[1] == ""


def test_staff_are_added_listed_and_ended(run: Run, tmp_path: Path) -> None:
    run("keys", "make", tmp_path / "keys")
    at = ("--data", tmp_path / "data", "--keys", tmp_path / "keys", "--origin", "https://desk.example")
    code, said, _ = run("staff", "add", "Karen Holst", "--role", "caseworker", "--service", "sick-pay", *at)
    assert code == 0 and re.search(r"https://desk\.example/desk/activate#[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", said)
    assert run("staff", "add", "Karen", "--role", "caseworker", "--service", "sickpay", *at)[2].startswith("There is no service sickpay. There are: ")
    assert "Karen Holst: caseworker (sick-pay)" in run("staff", "list", *at)[1]
    assert run("staff", "end", "Karen", *at)[2].startswith("Nobody is called Karen.")
    assert run("staff", "end", "Karen Holst", *at)[0] == 0
    assert run("staff", "list", *at)[1] == ""


# changing keys


def test_keys_are_rotated_from_the_command_line_which_says_when_the_older_may_go(run: Run, data: Path, keys: Path) -> None:
    where = ("--data", data, "--keys", keys)
    code, said, _ = run("keys", "rotate", "kek", "receipt", "hmac-cpr", *where)
    assert code == 0 and (keys / "kek-2.key").exists() and (keys / "receipt-1.pub").exists()
    assert "kek: The older file may be taken away now." in said and "hmac-cpr: Import the register once more" in said
    told = run("check", *where)[1]
    assert "Older key kek: nothing here needs it." in told and "Older key hmac-cpr-1: " in told


def test_a_receipt_is_valid_when_the_key_that_signed_it_was_taken_away(run: Run, data: Path, keys: Path, receipt: str) -> None:
    where = ("--data", data, "--keys", keys)
    run("keys", "rotate", "receipt", *where)
    (keys / "receipt-1.key").unlink()
    assert run("receipt", "verify", receipt, *where)[0] == 0
    (keys / "receipt-1.pub").unlink()
    assert run("receipt", "verify", receipt, *where)[0] == 1


def test_a_purpose_there_is_not_is_refused(run: Run, data: Path, keys: Path) -> None:
    code, _, complaint = run("keys", "rotate", "hmac-cprs", "--data", data, "--keys", keys)
    assert code == 1 and "There is no key for hmac-cprs" in complaint and len(list(keys.glob("*-2.key"))) == 0
